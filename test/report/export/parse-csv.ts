/** Parses CSV by RFC 4180 into one record a line, by the first line's names. Fails on a line of another length. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...lines] = splitLines(text);
  return lines.map((cells) => {
    if (cells.length !== header.length) throw new Error(`${cells.length} cells: ${cells}`);
    return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
  });
}

function splitLines(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/y;
  const lines: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new Error(`No cell at character ${at}.`);
    lines.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\n') lines.push([]);
  }
  lines.pop();
  return lines;
}
