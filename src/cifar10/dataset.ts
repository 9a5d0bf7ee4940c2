import { type FileProblem, readChecked, unusableFiles } from './check.js';
import {
  cifar10Files,
  imageByteCount,
  type LabelledImages,
  type PublishedFile,
} from './cifar10.js';
import { parseRecordsInto } from './records.js';

/** The whole data set in memory: 184 MB. */
export interface Cifar10 {
  /** The five training files in their order: 50,000 images. */
  readonly train: LabelledImages;
  /** 10,000 images. */
  readonly test: LabelledImages;
  /** Of each file, by its name. */
  readonly sha256: Readonly<Record<string, string>>;
  readonly folder: string;
}

/**
 * Reads the six files of a folder and checks each before its images are used.
 * @throws UserError (data) that names every file that is missing, truncated, too long or altered.
 */
export async function readCifar10(folder: string): Promise<Cifar10> {
  const train = allocate(trainingFiles);
  const test = allocate(testFiles);
  const problems = [
    ...(await readInto(train, folder, trainingFiles)),
    ...(await readInto(test, folder, testFiles)),
  ];
  if (problems.length > 0) {
    throw unusableFiles(problems, 'Remove what is wrong there and run "prep-lab data".');
  }
  const sha256 = Object.fromEntries(cifar10Files.map((file) => [file.name, file.sha256]));
  return { train, test, sha256, folder };
}

const testFiles = cifar10Files.filter((file) => file.name === 'test_batch.bin');
const trainingFiles = cifar10Files.filter((file) => !testFiles.includes(file));

function allocate(files: readonly PublishedFile[]): LabelledImages {
  const count = files.reduce((sum, file) => sum + file.records, 0);
  return { count, images: new Uint8Array(count * imageByteCount), labels: new Uint8Array(count) };
}

/** One file at a time: no more than one is in memory twice. */
async function readInto(
  target: LabelledImages,
  folder: string,
  files: readonly PublishedFile[],
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  let first = 0;
  for (const file of files) {
    const read = await readChecked(folder, file);
    if (read instanceof Uint8Array) {
      parseRecordsInto(target, first, { bytes: read, name: file.name });
    } else problems.push(read);
    first += file.records;
  }
  return problems;
}
