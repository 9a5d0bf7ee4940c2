import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { DatasetFiles } from '../dataset-options.js';

type Split = NonNullable<DatasetFiles['split']>;

/**
 * Chooses which images become test images: of each class the same share and at least one, where it is stratified and the
 * class has two; else of all. Both parts keep the order of the source. @returns whether each image is one of the test.
 */
export function chooseTestImages(labels: Uint16Array, split: Split): Uint8Array {
  const chosen = new Uint8Array(labels.length);
  const random = xoroshiro128plus(split.seed);
  for (const group of groupImages(labels, split)) {
    const share = Math.round(split.test * group.length);
    const count = group.length < 2 ? 0 : Math.min(group.length - 1, Math.max(1, share));
    for (let place = 0; place < count; place++) {
      const other = uniformInt(random, place, group.length - 1);
      const image = group[other] as number;
      group[other] = group[place] as number;
      chosen[image] = 1;
    }
  }
  return chosen;
}

function groupImages(labels: Uint16Array, { stratified }: Split): number[][] {
  if (!stratified) return [[...labels.keys()]];
  const groups = new Map<number, number[]>();
  for (const [image, label] of labels.entries()) {
    const group = groups.get(label);
    if (group) group.push(image);
    else groups.set(label, [image]);
  }
  return [...groups].sort(([one], [other]) => one - other).map(([, images]) => images);
}
