import type { DatasetFormat } from '../../dataset-options.js';
import type { FileFormat } from '../file-format.js';
import { cifarBinary } from './cifar-binary.js';
import { csv } from './csv.js';
import { folder } from './folder.js';
import { idx } from './idx.js';
import { npz } from './npz.js';
import { parquet } from './parquet.js';
import { webdataset } from './webdataset.js';

const formats: readonly FileFormat[] = [folder, csv, parquet, webdataset, npz, idx, cifarBinary];

/** Returns the reader of a format. */
export function findFormat(name: DatasetFormat): FileFormat {
  return formats.find((format) => format.name === name) as FileFormat;
}
