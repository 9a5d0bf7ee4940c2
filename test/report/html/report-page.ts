import { type HTMLElement, parse } from 'node-html-parser';
import { renderReport } from '../../../src/report/html/page.js';
import type { Results } from '../../../src/results/result.js';

/** Renders a report and reads it back. */
export async function parseReport(results: Results, control?: string): Promise<HTMLElement> {
  return parse(await renderReport(results, { control }));
}

/** A number in a report: its exact value and what stands there. */
export interface ShownNumber {
  readonly value: number;
  readonly text: string;
}

/** Returns the numbers of a table's rows, by the texts of the rows' headings. */
export function readNumbers(page: HTMLElement, caption: string): Map<string, ShownNumber[]> {
  const table = page.querySelectorAll('table').find((each) => captionOf(each) === caption);
  if (!table) throw new Error(`The report has no table "${caption}".`);
  return new Map(
    table.querySelectorAll('tbody tr').map((row) => [
      row.querySelector('th')?.text ?? '',
      row.querySelectorAll('data').map((cell) => ({
        value: Number(cell.getAttribute('value')),
        text: cell.text,
      })),
    ]),
  );
}

function captionOf(table: HTMLElement): string | undefined {
  return table.querySelector('caption')?.text;
}
