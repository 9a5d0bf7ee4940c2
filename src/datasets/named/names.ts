/** Published data sets that experiments may name. */
export const namedDatasetNames = ['cifar10', 'mnist', 'fashion-mnist'] as const;
