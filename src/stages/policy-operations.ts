import type { PixelOperation } from './pixel-operations.js';

/** What policies do to an image, in torchvision's order. */
export const policyOperations = [
  'identity',
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
  'rotate',
  'brightness',
  'color',
  'contrast',
  'sharpness',
  'posterize',
  'solarize',
  'auto-contrast',
  'equalize',
] as const;

export type PolicyOperation = (typeof policyOperations)[number] | 'invert' | 'solarize-add';

/** What an operation needs to know of the images and of the policy. */
export interface PolicySetting {
  readonly height: number;
  readonly width: number;
  readonly interpolation: 'nearest' | 'bilinear';
  /** The level outside of the image. */
  readonly fill: number;
  /** Whether shifts are of whole pixels, cut off as torchvision does it; so if left out. */
  readonly shifts?: 'whole' | 'any';
}

/** How strong an operation can be made: one magnitude a bin. */
export interface Strength {
  /** Its magnitude is negated for half of the images. */
  readonly isSigned: boolean;
  readonly magnitudes: readonly number[];
}

/**
 * Makes an operation of a magnitude: of a shear the pixels a row, of a translation pixels (cut off to whole ones), of a
 * rotation degrees (counter-clockwise), of brightness, color, contrast and sharpness what the factor 1 grows by, of posterize the
 * bits that are kept, of solarize the threshold as a share of 255.
 * Source: torchvision 0.28, `_apply_op`: shears are about the corner of the image, not about its centre.
 */
export function createOperation(
  name: PolicyOperation,
  magnitude: number,
  setting: PolicySetting,
): PixelOperation {
  const { height, width } = setting;
  const corner = [-width / 2, -height / 2] as const;
  const pixels = setting.shifts === 'any' ? magnitude : Math.trunc(magnitude);
  switch (name) {
    case 'shear-x':
      return moveBy({ shear: [Math.atan(magnitude), 0], centre: corner }, setting);
    case 'shear-y':
      return moveBy({ shear: [0, Math.atan(magnitude)], centre: corner }, setting);
    case 'translate-x':
      return moveBy({ shift: [pixels, 0] }, setting);
    case 'translate-y':
      return moveBy({ shift: [0, pixels] }, setting);
    case 'rotate':
      return moveBy({ turn: (-magnitude * Math.PI) / 180 }, setting);
    case 'brightness':
    case 'color':
    case 'contrast':
    case 'sharpness':
      return { kind: name, numbers: [1 + magnitude, 1 - (1 + magnitude)] };
    case 'posterize':
      return { kind: name, numbers: [2 ** (8 - magnitude)] };
    case 'solarize':
      return { kind: name, numbers: [255 * magnitude] };
    case 'solarize-add':
      return { kind: name, numbers: [magnitude, 128] };
    default:
      return { kind: name, numbers: [] };
  }
}

type Pair = readonly [x: number, y: number];

interface Move {
  /** Radians, clockwise. */
  readonly turn?: number;
  readonly shift?: Pair;
  /** Radians. */
  readonly shear?: Pair;
  /** What stays where it is, from the image's centre. */
  readonly centre?: Pair;
}

/** Source: torchvision's `_get_inverse_affine_matrix`, in its order of operations, then its grid in float32. */
function moveBy(
  { turn = 0, shift = [0, 0], shear = [0, 0], centre = [0, 0] }: Move,
  { height, width, interpolation, fill }: PolicySetting,
): PixelOperation {
  const [sx, sy] = shear;
  const a = Math.cos(turn - sy) / Math.cos(sy);
  const b = (-Math.cos(turn - sy) * Math.tan(sx)) / Math.cos(sy) - Math.sin(turn);
  const c = Math.sin(turn - sy) / Math.cos(sy);
  const d = (-Math.sin(turn - sy) * Math.tan(sx)) / Math.cos(sy) + Math.cos(turn);
  const offset = (x: number, y: number, start: number) =>
    x * (-centre[0] - shift[0]) + y * (-centre[1] - shift[1]) + start;
  const row = (x: number, y: number, start: number, size: number) =>
    [x, y, offset(x, y, start)].map((part) => Math.fround(part) / Math.fround(size / 2));
  return {
    kind: interpolation,
    numbers: [...row(d, -b, centre[0], width), ...row(-c, a, centre[1], height), fill],
  };
}

/** The range of each operation's magnitudes. */
interface Reach {
  readonly shear: number;
  readonly translate: Pair;
  readonly rotate: number;
  /** Of brightness, color, contrast and sharpness. */
  readonly enhance: number;
  /** Bits that are kept at the lowest and at the highest bin. */
  readonly posterize: Pair;
}

/** Source: the `_augmentation_space` of each of torchvision's classes; for images of this size. */
export const reaches = {
  'rand-augment': ({ height, width }: Pick<PolicySetting, 'height' | 'width'>): Reach => ({
    shear: 0.3,
    translate: [(150 / 331) * width, (150 / 331) * height],
    rotate: 30,
    enhance: 0.9,
    posterize: [8, 4],
  }),
  'trivial-augment': (): Reach => ({
    shear: 0.99,
    translate: [32, 32],
    rotate: 135,
    enhance: 0.99,
    posterize: [8, 2],
  }),
  'aug-mix': ({ height, width }: Pick<PolicySetting, 'height' | 'width'>): Reach => ({
    shear: 0.3,
    translate: [width / 3, height / 3],
    rotate: 30,
    enhance: 0.9,
    posterize: [4, 0],
  }),
};

/** Returns how strong an operation can be within a reach. */
export function strengthOf(name: PolicyOperation, reach: Reach, bins: number): Strength {
  const signed = (end: number) => ({ isSigned: true, magnitudes: linspace(0, end, bins) });
  switch (name) {
    case 'shear-x':
    case 'shear-y':
      return signed(reach.shear);
    case 'translate-x':
      return signed(reach.translate[0]);
    case 'translate-y':
      return signed(reach.translate[1]);
    case 'rotate':
      return signed(reach.rotate);
    case 'brightness':
    case 'color':
    case 'contrast':
    case 'sharpness':
      return signed(reach.enhance);
    case 'posterize': {
      const [most, least] = reach.posterize;
      const lost = (bin: number) => roundHalfToEven(bin / ((bins - 1) / (most - least)));
      return {
        isSigned: false,
        magnitudes: Array.from({ length: bins }, (_, i) => most - lost(i)),
      };
    }
    case 'solarize':
      return { isSigned: false, magnitudes: linspace(1, 0, bins) };
    default:
      return { isSigned: false, magnitudes: Array<number>(bins).fill(0) };
  }
}

/** The operations of timm's RandAugment, in its order. */
export const timmOperations = [
  'auto-contrast',
  'equalize',
  'invert',
  'rotate',
  'posterize',
  'solarize',
  'solarize-add',
  'color',
  'contrast',
  'brightness',
  'sharpness',
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
] as const satisfies readonly PolicyOperation[];

/** Levels of timm's RandAugment are counted up to it. */
export const timmLevels = 10;

/**
 * Returns how timm makes an operation of a level, for {@link createOperation}; a shift to the left is positive there.
 * Source: timm's `auto_augment.py`; `increasing` is its "inc1", where a higher level always changes more.
 */
export function timmStrength(
  name: (typeof timmOperations)[number],
  level: number,
  { increasing, setting }: { readonly increasing: boolean; readonly setting: PolicySetting },
): { readonly isSigned: boolean; readonly magnitude: number } {
  const share = level / timmLevels;
  const signed = (magnitude: number) => ({ isSigned: true, magnitude });
  const plain = (magnitude: number) => ({ isSigned: false, magnitude });
  switch (name) {
    case 'rotate':
      return signed(share * 30);
    case 'shear-x':
    case 'shear-y':
      return signed(share * 0.3);
    case 'translate-x':
      return signed(-share * 0.45 * setting.width);
    case 'translate-y':
      return signed(-share * 0.45 * setting.height);
    case 'brightness':
    case 'color':
    case 'contrast':
    case 'sharpness':
      return increasing ? signed(share * 0.9) : plain(share * 1.8 + 0.1 - 1);
    case 'posterize': {
      const bits = Math.trunc(share * 4);
      return plain(increasing ? 4 - bits : bits);
    }
    case 'solarize': {
      const threshold = Math.trunc(share * 256);
      return plain((increasing ? 256 - threshold : threshold) / 255);
    }
    case 'solarize-add':
      return plain(Math.trunc(share * 110));
    default:
      return plain(0);
  }
}

/** Source: torch.linspace in float32, which counts from the nearer end and rounds once. */
function linspace(start: number, end: number, count: number): number[] {
  const { fround } = Math;
  const step = fround(fround(fround(end) - fround(start)) / (count - 1));
  return Array.from({ length: count }, (_, i) =>
    i < Math.floor(count / 2)
      ? fround(fround(start) + step * i)
      : fround(fround(end) - step * (count - 1 - i)),
  );
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
