/** Published data sets that experiments may name. */
export const namedDatasetNames = [
  'cifar10',
  'mnist',
  'fashion-mnist',
  'cifar100',
  'cifar100-coarse',
  'svhn',
  'stl10',
] as const;
