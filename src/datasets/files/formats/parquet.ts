import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import type { DatasetFiles } from '../../dataset-options.js';
import { createDataError } from '../data-error.js';
import type { FileFormat, SourceImage } from '../file-format.js';
import { assignParts, type Part } from '../parts.js';
import { listFilesOfParts, type SourceFile } from '../source-files.js';

/** What Hugging Face calls the columns of its image data sets. */
const usualNames = {
  image: ['image', 'img', 'jpg', 'png'],
  label: ['label', 'labels', 'fine_label'],
};

/** Tables with encoded images, as Hugging Face's datasets writes them. */
export const parquet: FileFormat = {
  name: 'parquet',
  list: (root) => listFilesOfParts(root, ['.parquet']),
  async open(files, options) {
    const parts = assignParts(
      files.map(({ name }) => name),
      options.path,
    );
    const tables: Table[] = [];
    for (const file of files) {
      tables.push(await openTable(file, { part: parts.get(file.name) ?? 'all', options }));
    }
    const classNames = tables[0]?.classNames;
    return {
      count: tables.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0),
      images: readTables(tables),
      ...(classNames && { classNames }),
    };
  },
};

interface Table {
  readonly file: SourceFile;
  readonly part: Part;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: { readonly image: string; readonly label: string };
  readonly classNames: readonly string[] | undefined;
}

async function openTable(
  file: SourceFile,
  { part, options }: { readonly part: Part; readonly options: DatasetFiles },
): Promise<Table> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet');
  try {
    const buffer = await asyncBufferFromFile(file.path);
    const metadata = await parquetMetadataAsync(buffer);
    const columns = findColumns(metadata, file.name, options);
    return {
      file,
      part,
      buffer,
      metadata,
      columns,
      classNames: findClassNames(metadata, columns.label),
    };
  } catch (error) {
    throw explain(error, file);
  }
}

function explain(error: unknown, { name }: SourceFile): unknown {
  if (!(error instanceof Error) || error.name === 'UserError') return error;
  // The reader believes what lengths and places a file tells.
  const isBelief = error instanceof TypeError || error instanceof RangeError;
  const reason = isBelief ? 'it is damaged' : error.message;
  return createDataError(
    `"${name}" is no usable Parquet file: ${reason}.`,
    'was it downloaded whole? Compressions that are read: none and Snappy.',
    error,
  );
}

function findColumns({ schema }: FileMetaData, table: string, options: DatasetFiles) {
  const names = schema.slice(1).map(({ name }) => name);
  const find = (given: string | undefined, usual: readonly string[], key: string) => {
    const found = names.find((name) =>
      given === undefined ? usual.includes(name) : name === given,
    );
    if (found !== undefined) return found;
    const wanted = given === undefined ? usual : [given];
    throw createDataError(
      `"${table}" has no column ${wanted.map((one) => `"${one}"`).join(' or ')}.`,
      `name it: "dataset": {"${key}": "..."}; there are ${names.map((one) => `"${one}"`).join(', ')}.`,
    );
  };
  return {
    image: find(options.imageColumn, usualNames.image, 'imageColumn'),
    label: find(options.labelColumn, usualNames.label, 'labelColumn'),
  };
}

/** Hugging Face keeps the features of a data set, class names among them, beside the table. */
function findClassNames({ key_value_metadata = [] }: FileMetaData, label: string) {
  const entry = key_value_metadata.find(({ key }) => key === 'huggingface');
  try {
    const { info } = JSON.parse(entry?.value ?? '{}') as {
      readonly info?: { readonly features?: Record<string, { readonly names?: unknown }> };
    };
    const names = info?.features?.[label]?.names;
    const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
    return isList ? (names as string[]) : undefined;
  } catch {
    return undefined;
  }
}

/** So many rows are decompressed at once. */
const rowsAtOnce = 1000;

async function* readTables(tables: readonly Table[]): AsyncGenerator<SourceImage> {
  for (const table of tables) {
    try {
      yield* readTable(table);
    } catch (error) {
      throw explain(error, table.file);
    }
  }
}

async function* readTable({
  file,
  part,
  buffer,
  metadata,
  columns,
}: Table): AsyncGenerator<SourceImage> {
  const { parquetReadObjects } = await import('hyparquet');
  const count = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < count; rowStart += rowsAtOnce) {
    const rows = await parquetReadObjects({
      file: buffer,
      metadata,
      columns: [columns.image, columns.label],
      rowStart,
      rowEnd: Math.min(count, rowStart + rowsAtOnce),
      // By default it turns bytes into text, which ruins images.
      utf8: false,
    });
    for (const [index, row] of rows.entries()) {
      const place = `${file.name}, row ${rowStart + index}`;
      const encoded = bytesOf(row[columns.image]);
      if (!encoded) {
        throw createDataError(`"${place}" must hold the bytes of an image in "${columns.image}".`);
      }
      const image = { load: () => Promise.resolve(encoded) };
      yield { place, part, label: labelOf(row[columns.label], place), image };
    }
  }
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  const { bytes } = (value ?? {}) as { readonly bytes?: unknown };
  return bytes instanceof Uint8Array ? bytes : undefined;
}

function labelOf(value: unknown, place: string): string | number {
  if (value === undefined || value === null) throw createDataError(`"${place}" has no label.`);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : String(value);
}
