/**
 * The table's columns, in order. `needed`: the least needed go first where a terminal is too narrow. `optional` ones are
 * shown only where a row has something in them.
 */
export const columns = [
  { name: 'experiment', align: 'left', needed: 16, optional: false },
  { name: 'preprocessing', align: 'left', needed: 6, optional: false },
  { name: 'model', align: 'left', needed: 3, optional: false },
  { name: 'epochs', align: 'right', needed: 5, optional: false },
  { name: 'test accuracy', align: 'right', needed: 15, optional: false },
  { name: 'without views', align: 'right', needed: 14, optional: true },
  { name: 'seeds', align: 'right', needed: 13, optional: true },
  { name: '95 % interval', align: 'right', needed: 12, optional: true },
  { name: 'against control', align: 'right', needed: 14, optional: true },
  { name: 'against previous', align: 'right', needed: 14, optional: true },
  { name: 'at equal images', align: 'right', needed: 11, optional: true },
  { name: 'at equal time', align: 'right', needed: 10, optional: true },
  { name: 'best', align: 'left', needed: 7, optional: false },
  { name: 'published', align: 'right', needed: 8, optional: false },
  { name: 'difference', align: 'right', needed: 9, optional: false },
  { name: 'train time', align: 'right', needed: 4, optional: false },
  { name: 'images/s', align: 'right', needed: 2, optional: false },
  { name: 'device', align: 'left', needed: 1, optional: false },
] as const;

/** A column: one of the table's, or one of a setting that a reader asked for. */
export interface Column {
  readonly name: string;
  readonly align: 'left' | 'right';
  readonly needed: number;
  readonly optional: boolean;
}

/** Texts of a row, by the table's columns. */
export type Cells = Readonly<Record<(typeof columns)[number]['name'], string>>;
