import type { StageOptions } from '#prep-lab/experiment/experiment.js';

/** One pipeline whose price is measured. */
export interface StageCase {
  readonly name: string;
  readonly preprocessing: readonly StageOptions[];
  readonly resampling: 'each' | 'once';
}

/** The case that costs are relative to. */
export const noneCase = 'minmax alone';

const minmax = { name: 'minmax' } as const;
const crop = { name: 'center-crop', height: 32, width: 32 } as const;
const flip = { name: 'random-flip', mode: 'horizontal' } as const;
const rotation = { name: 'random-rotation', factor: 0.1 } as const;
const zoom = { name: 'random-zoom', heightFactor: 0.1 } as const;
const translation = { name: 'random-translation', heightFactor: 0.1, widthFactor: 0.1 } as const;
const affine = {
  name: 'random-affine',
  degrees: 15,
  translate: [0.1, 0.1],
  scale: [0.9, 1.1],
  shearX: 5,
} as const;
const reflectedCrop = { name: 'random-crop', padding: 2, fillMode: 'torch-reflect' } as const;
const brightness = { name: 'random-brightness', factor: 0.2, valueRange: [0, 1] } as const;
const unit = { valueRange: [0, 1] } as const;
const torchvision = { dialect: 'torchvision', ...unit } as const;
const jitter = {
  name: 'color-jitter',
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  hue: 0.1,
  ...unit,
} as const;
const small = { name: 'resize', height: 16, width: 16 } as const;
const large = { name: 'resize', height: 32, width: 32 } as const;
const contrast = { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] } as const;

/** The stages of the geometric experiment, behind minmax. */
export const geometricStages: readonly StageOptions[] = [flip, rotation, zoom];

/** Every case gives 32 x 32 images to the net: what changes the size is followed by what changes it back. */
export const stageCases: readonly StageCase[] = [
  alone(noneCase, minmax),
  alone('raw', { name: 'raw' }),
  alone('zscore', { name: 'zscore' }),
  alone('normalize', { name: 'normalize', mean: [125.3, 123, 113.9], std: [63, 62.1, 66.7] }),
  behindMinmax('random-flip', flip),
  behindMinmax('alternating-flip', { name: 'alternating-flip' }),
  behindMinmax('random-crop by 4, constant', { name: 'random-crop', padding: 4 }),
  behindMinmax('random-crop by 2, torch-reflect', reflectedCrop),
  behindMinmax('cutout of 12', { name: 'cutout', size: 12 }),
  behindMinmax('mixup', { name: 'mixup' }),
  behindMinmax('cutmix', { name: 'cutmix' }),
  behindMinmax('mixup-or-cutmix', { name: 'mixup-or-cutmix' }),
  behindMinmax('random-rotation', rotation),
  behindMinmax('random-zoom', zoom),
  behindMinmax('random-translation', translation),
  behindMinmax('random-shear', { name: 'random-shear', xFactor: 0.1, yFactor: 0.1 }),
  behindMinmax('random-affine', affine),
  behindMinmax('random-perspective', { name: 'random-perspective' }),
  behindMinmax('elastic', { name: 'elastic' }),
  behindMinmax('random-right-angle', { name: 'random-right-angle' }),
  behindMinmax('random-erasing', { name: 'random-erasing' }),
  behindMinmax('random-erasing, noise', { name: 'random-erasing', fillValue: 'noise' }),
  behindMinmax('grid-mask', { name: 'grid-mask', period: [6, 12] }),
  behindMinmax('rand-augment', { name: 'rand-augment', valueRange: [0, 1] }),
  behindMinmax('trivial-augment', { name: 'trivial-augment', valueRange: [0, 1] }),
  behindMinmax('auto-augment', { name: 'auto-augment', valueRange: [0, 1] }),
  behindMinmax('aug-mix', { name: 'aug-mix', valueRange: [0, 1] }),
  behindMinmax('choose one of rotation, zoom, brightness', {
    name: 'choose',
    stages: [rotation, zoom, brightness],
  }),
  behindMinmax('random-brightness', brightness),
  behindMinmax('random-contrast', contrast),
  behindMinmax('random-saturation', { name: 'random-saturation', factor: 0.2, ...torchvision }),
  behindMinmax('random-hue', { name: 'random-hue', factor: 0.1, ...torchvision }),
  behindMinmax('color-jitter', jitter),
  behindMinmax('gamma', { name: 'gamma', ...unit }),
  behindMinmax('grayscale', { name: 'grayscale' }),
  behindMinmax('invert', { name: 'invert', ...unit }),
  behindMinmax('solarize', { name: 'solarize', ...unit }),
  behindMinmax('posterize', { name: 'posterize', ...unit }),
  behindMinmax('auto-contrast', { name: 'auto-contrast', ...unit }),
  behindMinmax('equalize', { name: 'equalize', ...unit }),
  behindMinmax('sharpness', { name: 'sharpness', factor: 2, ...unit }),
  behindMinmax('gaussian-blur of 3 x 3', { name: 'gaussian-blur', kernelSize: 3 }),
  behindMinmax('gaussian-noise', { name: 'gaussian-noise', ...unit }),
  behindMinmax('pca-color', { name: 'pca-color', ...unit }),
  alone('per-image-standardization', { name: 'per-image-standardization' }),
  alone('gcn', { name: 'gcn' }),
  behindMinmax('clahe of 8 x 8 tiles', { name: 'clahe', when: 'always', ...unit }),
  behindMinmax('zca of 16 x 16', small, { name: 'zca', imageCount: 1000 }, large),
  behindMinmax(
    'pca-whitening of 16 x 16',
    small,
    { name: 'pca-whitening', imageCount: 1000 },
    large,
  ),
  behindMinmax('resize to 36, center-crop to 32', { name: 'resize', height: 36, width: 36 }, crop),
  behindMinmax('pad by 4, center-crop to 32', { name: 'pad', margin: 4 }, crop),
  behindMinmax('geometric (flip, rotation, zoom), each', ...geometricStages),
  onceResampled('geometric (flip, rotation, zoom), once', ...geometricStages),
  behindMinmax('flip, rotation, translation, each', flip, rotation, translation),
  onceResampled('flip, rotation, translation, once', flip, rotation, translation),
  behindMinmax('photometric (brightness, contrast)', brightness, contrast),
];

function alone(name: string, ...preprocessing: readonly StageOptions[]): StageCase {
  return { name, preprocessing, resampling: 'each' };
}

function behindMinmax(name: string, ...preprocessing: readonly StageOptions[]): StageCase {
  return alone(name, minmax, ...preprocessing);
}

function onceResampled(name: string, ...preprocessing: readonly StageOptions[]): StageCase {
  return { ...behindMinmax(name, ...preprocessing), resampling: 'once' };
}
