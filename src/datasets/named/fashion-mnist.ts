import { join } from 'node:path';
import { downloadFile } from '../../storage/download.js';
import { createIdxDataset, idxFiles } from './idx-dataset.js';

/** Where the authors publish them. */
const address =
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion';

/**
 * Pictures of clothes. Source: Xiao, Rasul and Vollgraf 2017; the hashes are those of the unpacked files, which Debian's
 * package dataset-fashion-mnist has, too.
 */
export const fashionMnist = createIdxDataset({
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  classNames: [
    'T-shirt/top',
    'trouser',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
  sha256: {
    'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
  // Debian's package dataset-fashion-mnist.
  systemFolder: '/usr/share/datasets/fashion-mnist',
  source: address,
  async fetchInto(folder, progress) {
    for (const file of idxFiles) {
      const name = `${file}.gz`;
      await downloadFile({
        url: `${address}/${name}`,
        to: join(folder, name),
        label: `Fashion-MNIST, ${name}`,
        progress,
      });
    }
  },
});
