import type { ExplainedLayer, ExplainedModel } from './explanation.js';

/** Renders a model as a table: a line a layer, and the sums. */
export function renderModel({ summary, layers, parameters, multiplyAdds }: ExplainedModel): string {
  const rows = [
    ['layer', 'output', 'parameters', 'multiply-adds'],
    ...layers.map((layer) => [
      renderLayer(layer),
      layer.outputShape.map((size) => size ?? '?').join(' x '),
      renderCount(layer.parameters),
      renderCount(layer.multiplyAdds),
    ]),
    ['all', '', renderCount(parameters), renderCount(multiplyAdds)],
  ];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths?.[column] ?? 0;
      return column < 2 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}\n`;
  });
  return `Model ${summary}, for one image forwards\n${lines.join('')}`;
}

function renderLayer({ kind, name }: ExplainedLayer): string {
  return name === undefined ? kind : `${kind} ${name}`;
}

function renderCount(count: number): string {
  return count === 0 ? '-' : count.toLocaleString('en-US');
}
