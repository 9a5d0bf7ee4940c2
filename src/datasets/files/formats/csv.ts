import { readFile } from 'node:fs/promises';
import type { DatasetFiles } from '../../dataset-options.js';
import { createDataError } from '../data-error.js';
import type { FileFormat, SourceImage } from '../file-format.js';
import { assignParts, type Part } from '../parts.js';
import {
  describeFile,
  filesEndingIn,
  listFiles,
  type SourceFile,
  type SourceRoot,
} from '../source-files.js';
import { loadFile } from './folder.js';

/** What the columns are mostly called. */
const usualNames = {
  image: ['path', 'image', 'filename', 'file', 'file_name', 'filepath', 'image_path', 'img'],
  label: ['label', 'class', 'target', 'category', 'label_name'],
  split: ['split', 'set', 'part'],
};

interface Row {
  readonly file: SourceFile;
  readonly label: string;
  readonly part: Part;
  readonly place: string;
}

/** A table of paths and labels; paths are taken from the table's folder on. */
export const csv: FileFormat = {
  name: 'csv',
  async list(root, options) {
    const rows = await readRows(root, options);
    // The labels are in the tables: another table is another data set.
    return [...(await listTables(root)), ...rows.map(({ file }) => file)];
  },
  async open(files, options) {
    const tables = files.filter(({ name }) => name.toLowerCase().endsWith('.csv'));
    const [first] = tables;
    if (!first) throw new Error('The tables were listed.');
    const path = first.path.slice(0, first.path.length - first.name.length - 1);
    const root = { path, isFolder: true, written: options.path };
    const rows = await readTables(root, tables, options);
    const images = rows.map(
      ({ file, label, part, place }): SourceImage => ({
        place,
        part,
        label,
        image: loadFile(file),
      }),
    );
    return { count: images.length, images };
  },
};

async function readRows(root: SourceRoot, options: DatasetFiles): Promise<Row[]> {
  return readTables(root, await listTables(root), options);
}

async function listTables(root: SourceRoot): Promise<SourceFile[]> {
  const files = root.isFolder
    ? (await listFiles(root)).filter(({ name }) => !name.includes('/'))
    : await listFiles(root);
  return filesEndingIn(files, ['.csv'], root);
}

async function readTables(
  root: SourceRoot,
  tables: readonly SourceFile[],
  options: DatasetFiles,
): Promise<Row[]> {
  const parts = assignParts(
    tables.map(({ name }) => name),
    root.written,
  );
  const rows: Row[] = [];
  for (const table of tables) {
    const part = parts.get(table.name);
    if (part) rows.push(...(await readTable(root, { table, part, options })));
  }
  return rows;
}

interface Table {
  readonly table: SourceFile;
  readonly part: Part;
  readonly options: DatasetFiles;
}

async function readTable(root: SourceRoot, { table, part, options }: Table): Promise<Row[]> {
  const { default: papa } = await import('papaparse');
  const text = await readFile(table.path, 'utf8');
  const { data, errors } = papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    skipEmptyLines: true,
  });
  const [error] = errors.filter(({ code }) => code !== 'UndetectableDelimiter');
  if (error)
    throw createDataError(`"${table.name}", row ${(error.row ?? 0) + 1}: ${error.message}.`);
  const [head = [], ...body] = data;
  const columns = findColumns(head, table.name, options);
  const rows: Row[] = [];
  for (const [index, cells] of body.entries()) {
    const place = `${table.name}, row ${index + 2}`;
    const name = cells[columns.image] ?? '';
    const label = (cells[columns.label] ?? '').trim();
    if (name === '' || label === '') {
      throw createDataError(`"${place}" must have a path and a label.`);
    }
    rows.push({
      file: await describeFile(root, name),
      label,
      part: columns.split < 0 ? part : partOfCell(cells[columns.split], place),
      place: name,
    });
  }
  return rows;
}

function findColumns(head: readonly string[], table: string, options: DatasetFiles) {
  const names = head.map((cell) => cell.trim().toLowerCase());
  const find = (given: string | undefined, usual: readonly string[], key: string) => {
    const place = names.findIndex((name) =>
      given === undefined ? usual.includes(name) : name === given.toLowerCase(),
    );
    if (place >= 0) return place;
    throw createDataError(
      `"${table}" has no column ${
        given === undefined
          ? usual
              .slice(0, 3)
              .map((one) => `"${one}"`)
              .join(' or ')
          : `"${given}"`
      }: its columns are ${head.map((one) => `"${one}"`).join(', ')}.`,
      `name it: "dataset": {"${key}": "..."}.`,
    );
  };
  return {
    image: find(options.imageColumn, usualNames.image, 'imageColumn'),
    label: find(options.labelColumn, usualNames.label, 'labelColumn'),
    split: names.findIndex((name) => usualNames.split.includes(name)),
  };
}

function partOfCell(cell: string | undefined, place: string): Part {
  const value = (cell ?? '').trim().toLowerCase();
  if (/^train(ing)?$/.test(value)) return 'train';
  if (/^(test(ing)?|val(id(ation)?)?)$/.test(value)) return 'test';
  throw createDataError(`"${place}": the split must be "train" or "test", received "${value}".`);
}
