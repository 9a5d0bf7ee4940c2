/**
 * The table's columns, in order. `needed`: the least needed go first where a terminal is too narrow. `wraps`: at spaces, as
 * others would part a number from its unit. `optional` ones are shown only where a row has something in them.
 */
export const columns = [
  { name: 'experiment', align: 'left', needed: 17, wraps: true, optional: false },
  { name: 'preprocessing', align: 'left', needed: 6, wraps: true, optional: false },
  { name: 'model', align: 'left', needed: 14, wraps: true, optional: false },
  { name: 'epochs', align: 'right', needed: 5, wraps: false, optional: false },
  { name: 'test accuracy', align: 'right', needed: 16, wraps: false, optional: false },
  { name: 'without views', align: 'right', needed: 13, wraps: false, optional: true },
  { name: 'seeds', align: 'right', needed: 10, wraps: false, optional: true },
  { name: '95 % interval', align: 'right', needed: 11, wraps: false, optional: true },
  { name: 'against control', align: 'right', needed: 15, wraps: false, optional: true },
  { name: 'against previous', align: 'right', needed: 15, wraps: false, optional: true },
  { name: 'at equal images', align: 'right', needed: 9, wraps: false, optional: true },
  { name: 'at equal time', align: 'right', needed: 8, wraps: false, optional: true },
  { name: 'corrupted', align: 'right', needed: 13, wraps: false, optional: true },
  { name: 'corrupted interval', align: 'right', needed: 7, wraps: false, optional: true },
  { name: 'corrupted difference', align: 'right', needed: 8, wraps: false, optional: true },
  { name: 'best', align: 'left', needed: 7, wraps: false, optional: true },
  { name: 'published', align: 'right', needed: 12, wraps: false, optional: true },
  { name: 'difference', align: 'right', needed: 13, wraps: false, optional: true },
  { name: 'train time', align: 'right', needed: 4, wraps: false, optional: false },
  { name: 'images/s', align: 'right', needed: 2, wraps: false, optional: false },
  { name: 'device', align: 'left', needed: 1, wraps: true, optional: false },
] as const;

/** A column: one of the table's, or one of a setting that a reader asked for. */
export interface Column {
  readonly name: string;
  readonly align: 'left' | 'right';
  readonly needed: number;
  readonly wraps: boolean;
  readonly optional: boolean;
}

/** Texts of a row, by the table's columns. */
export type Cells = Readonly<Record<(typeof columns)[number]['name'], string>>;
