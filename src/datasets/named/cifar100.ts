import { cifarBinary } from '../files/formats/cifar-binary.js';
import { openRoot } from '../files/source-files.js';
import { createPublishedDataset, type PublishedDataset, unpackFiles } from './published-dataset.js';

const files = ['train.bin', 'test.bin'];

const fineNames = [
  ['apple', 'aquarium_fish', 'baby', 'bear', 'beaver', 'bed', 'bee', 'beetle', 'bicycle'],
  ['bottle', 'bowl', 'boy', 'bridge', 'bus', 'butterfly', 'camel', 'can', 'castle'],
  ['caterpillar', 'cattle', 'chair', 'chimpanzee', 'clock', 'cloud', 'cockroach', 'couch'],
  ['crab', 'crocodile', 'cup', 'dinosaur', 'dolphin', 'elephant', 'flatfish', 'forest'],
  ['fox', 'girl', 'hamster', 'house', 'kangaroo', 'keyboard', 'lamp', 'lawn_mower'],
  ['leopard', 'lion', 'lizard', 'lobster', 'man', 'maple_tree', 'motorcycle', 'mountain'],
  ['mouse', 'mushroom', 'oak_tree', 'orange', 'orchid', 'otter', 'palm_tree', 'pear'],
  ['pickup_truck', 'pine_tree', 'plain', 'plate', 'poppy', 'porcupine', 'possum', 'rabbit'],
  ['raccoon', 'ray', 'road', 'rocket', 'rose', 'sea', 'seal', 'shark', 'shrew', 'skunk'],
  ['skyscraper', 'snail', 'snake', 'spider', 'squirrel', 'streetcar', 'sunflower'],
  ['sweet_pepper', 'table', 'tank', 'telephone', 'television', 'tiger', 'tractor', 'train'],
  ['trout', 'tulip', 'turtle', 'wardrobe', 'whale', 'willow_tree', 'wolf', 'woman', 'worm'],
].flat();

const coarseNames = [
  'aquatic_mammals',
  'fish',
  'flowers',
  'food_containers',
  'fruit_and_vegetables',
  'household_electrical_devices',
  'household_furniture',
  'insects',
  'large_carnivores',
  'large_man-made_outdoor_things',
  'large_natural_outdoor_scenes',
  'large_omnivores_and_herbivores',
  'medium_mammals',
  'non-insect_invertebrates',
  'people',
  'reptiles',
  'small_mammals',
  'trees',
  'vehicles_1',
  'vehicles_2',
];

/**
 * Describes the binary version with one of its two labels. Source: Krizhevsky 2009; size and SHA-256 of the archive are
 * those that TensorFlow Datasets lists, its MD5 on the authors' page is 03b5dce01913d631647c71ecec9e9cb8.
 */
export function describeCifar100(labels: 'fine' | 'coarse'): PublishedDataset {
  const classNames = labels === 'fine' ? fineNames : coarseNames;
  const isFine = labels === 'fine';
  return {
    name: isFine ? 'cifar100' : 'cifar100-coarse',
    facts: {
      title: isFine ? 'CIFAR-100' : 'CIFAR-100 (coarse)',
      shape: { height: 32, width: 32, channels: 3 },
      counts: { train: 50_000, test: 10_000 },
      classNames,
    },
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        address: 'https://www.cs.toronto.edu/~kriz',
        bytes: 168_513_733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
        records: 60_000,
      },
    ],
    async open([archive], scratch) {
      await unpackFiles(archive as string, scratch, files);
      const options = { format: 'cifar-binary', path: scratch, labels } as const;
      const root = await openRoot(scratch, scratch);
      const opened = await cifarBinary.open(await cifarBinary.list(root, options), options);
      return { ...opened, classNames };
    },
  };
}

export const cifar100 = createPublishedDataset(describeCifar100('fine'));

/** The same images in 20 classes. */
export const cifar100Coarse = createPublishedDataset(describeCifar100('coarse'));
