import { describe, expect, test } from 'vitest';
import { selectTrainedArms } from '../../../src/analysis/findings/trained-arm.js';
import { rasteriseSvg } from '../../../src/drawing/rasterise-svg.js';
import { drawFigure } from '../../../src/report/figures/draw-figure.js';
import { figures } from '../../../src/report/figures/list.js';
import { paperTheme } from '../../../src/report/figures/theme.js';
import { diagnostics } from '../diagnostics.js';
import { doneTrial, experiment, resultsOf } from '../results.js';
import { hostileTexts, richResults } from '../rich-results.js';

const options = { theme: paperTheme, width: 260, control: 'minmax' };
const arms = selectTrainedArms(richResults());

describe.each(figures)('the figure $name', (figure) => {
  test('has a name, a caption and a description that its readers need', () => {
    expect(figure.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(figure.caption).toMatch(/\.$/);
    for (const { description } of figure.create(arms, options)) {
      expect(description).toMatch(/\d.*\.$/);
    }
  });

  test('shows every arm', () => {
    const panels = figure.create(arms, options);
    const others = figure.name === 'differences' ? arms.length - 1 : arms.length;
    expect(panels).toHaveLength(figure.layout === 'rows' ? 1 : others);
  });

  test('becomes an SVG that can be drawn', async () => {
    const svg = await drawFigure(figure, richResults(), {
      format: 'svg',
      control: 'minmax',
      zoom: 1,
    });
    const { width, height } = await rasteriseSvg(String(svg));
    expect(Math.min(width, height)).toBeGreaterThan(100);
    expect(svg).toMatch(/^<svg role="img" aria-label="/);
    // Clip paths and gradients have ids, which a page with several figures would have twice.
    expect(svg).not.toMatch(/ id="/);
  });

  test('leaves hostile names texts', async () => {
    const hostile = experiment({ name: `\ufffe${hostileTexts.join(' ')}` });
    const results = resultsOf(doneTrial({ experiment: hostile, diagnostics: diagnostics() }));
    const svg = await drawFigure(figure, results, { format: 'svg', zoom: 1 });
    expect(svg ?? '').not.toMatch(/<(script|img|svg onload|b)\b/);
    if (svg !== undefined) await rasteriseSvg(String(svg));
  });

  test('is nothing where there is nothing to show', () => {
    expect(figure.create([], options)).toEqual([]);
  });
});

test('Differences from the arm before name both, and what they are from', () => {
  const differences = figures.find(({ name }) => name === 'differences');
  const [panel] = differences?.create(arms, { ...options, control: '@previous' }) ?? [];
  const [first, second] = arms.map(({ name }) => name);
  expect(panel?.description).toContain('Difference from the experiment before in points: ');
  expect(panel?.description).toContain(`${second}, from ${first} `);
});

test('A figure is the same bytes each time, and as PNG a PNG', async () => {
  const [accuracy] = figures;
  if (!accuracy) throw new Error('There are no figures.');
  const draw = () => drawFigure(accuracy, richResults(), { format: 'png', zoom: 1 });
  const png = await draw();
  expect(
    Buffer.from(png as Uint8Array)
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect(await draw()).toEqual(png);
});

test('A figure of many arms draws some of them and says which, and a PNG has a largest size', async () => {
  const many = resultsOf(
    ...Array.from({ length: 100 }, (_, at) =>
      doneTrial({ experiment: experiment({ name: `arm-${at}` }), diagnostics: diagnostics() }),
    ),
  );
  const [accuracy] = figures;
  const confusion = figures.find(({ name }) => name === 'confusion');
  if (!accuracy || !confusion) throw new Error('There are no figures.');
  const svg = await drawFigure(accuracy, many, { format: 'svg', zoom: 1 });
  expect(svg).toContain('Of 100 experiments 40 are drawn:');
  const drawing = drawFigure(confusion, many, { format: 'png', zoom: 8 });
  await expect(drawing).rejects.toMatchObject({
    message: expect.stringMatching(
      /^The PNG must have at most 40 million pixels, and would have \d+\.$/,
    ),
    hint: expect.stringMatching(/^add --zoom [1-7], or write an \.svg\.$/),
  });
});

test('Figures of diagnostics are left out where results have none', () => {
  const plain = selectTrainedArms(resultsOf(doneTrial({ history: [] })));
  const shown = figures.filter((figure) => figure.create(plain, options).length > 0);
  expect(shown.map(({ name }) => name)).toEqual(['accuracy']);
});

test('Many arms stand behind each curve as one band, not as lines', () => {
  const many = resultsOf(
    ...Array.from({ length: 20 }, (_, at) =>
      doneTrial({ experiment: experiment({ name: `arm-${at}` }), diagnostics: diagnostics() }),
    ),
  );
  const curves = figures.find(({ name }) => name === 'first-gradients');
  const [panel] = curves?.create(selectTrainedArms(many), options) ?? [];
  expect(panel?.layers[0]).toMatchObject({ mark: { type: 'area' } });
});
