import { describe, expect, test } from 'vitest';
import { selectTrainedArms } from '../../../src/analysis/findings/trained-arm.js';
import { rasteriseSvg } from '../../../src/drawing/rasterise-svg.js';
import { drawFigure } from '../../../src/report/figures/draw-figure.js';
import type { Figure } from '../../../src/report/figures/figure.js';
import { figures } from '../../../src/report/figures/list.js';
import { paperTheme } from '../../../src/report/figures/theme.js';
import { diagnostics } from '../diagnostics.js';
import { doneTrial, experiment, resultsOf, seedsOf } from '../results.js';
import { hostileTexts, richResults } from '../rich-results.js';

const options = { theme: paperTheme, width: 260, control: 'minmax' };
const arms = selectTrainedArms(richResults());

/** A race and a search have figures of results of their own: race.test.ts, search.test.ts. */
const others = figures.filter(({ name }) => name !== 'race' && name !== 'search');

describe.each(others)('the figure $name', (figure) => {
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

test('A confusion of many classes has colours alone, one of few has numbers too', async () => {
  const confusion = figures.find(({ name }) => name === 'confusion');
  if (!confusion) throw new Error('There is no such figure.');
  const textsOf = async (classCount: number) => {
    const matrix = Array.from({ length: classCount }, (_, truth) =>
      Array.from({ length: classCount }, (_, predicted) => (predicted === truth ? 70 : 0)),
    );
    const judged = diagnostics({ confusion: matrix });
    const found = { height: 32, width: 32, channels: 3, train: 9, test: 9, sha256: 'f00d' };
    const classes = Array.from({ length: classCount }, (_, label) => `kind ${label}`);
    const dataset = { format: 'idx', path: 'mine', found: { ...found, classes } } as const;
    const trial = doneTrial({ experiment: experiment({ dataset }), diagnostics: judged });
    const svg = await drawFigure(confusion, resultsOf(trial), { format: 'svg', zoom: 1 });
    return String(svg).match(/>(100|kind \d+)<\/text>/g)?.length ?? 0;
  };
  // Each class has a number on the diagonal, and its name at both axes.
  expect(await textsOf(25)).toBe(75);
  expect(await textsOf(26)).toBe(0);
});

test('Differences from the arm before name both, and what they are from', () => {
  const differences = figures.find(({ name }) => name === 'differences');
  const [panel] = differences?.create(arms, { ...options, control: '@previous' }) ?? [];
  const [first, second] = arms.map(({ name }) => name);
  expect(panel?.description).toContain('Difference from the experiment before in points: ');
  expect(panel?.description).toContain(`${second}, from ${first} `);
});

test('Differences call the arms of a sweep over whole stages by these alone, if they differ', () => {
  const swept = (value: unknown) => [{ path: 'preprocessing[0]', value }];
  const flip = { name: 'random-flip' };
  const turn = { name: 'random-rotation', factor: 0.1 };
  const trialOf = (changes: readonly { path: string; value: unknown }[], name = 'stages') =>
    doneTrial({ experiment: experiment({ name }), changes });
  const namesOf = (...others: ReturnType<typeof trialOf>[]) => {
    const trained = selectTrainedArms(resultsOf(trialOf([], 'control'), ...others));
    const differences = figures.find(({ name }) => name === 'differences');
    const [panel] = differences?.create(trained, { ...options, control: 'control' }) ?? [];
    const texts = panel?.description.replace(/^.*?: |\.$/g, '').split('; ') ?? [];
    return texts.map((text) => text.replace(/ [+-]?\d[\d.]* \(.*$/, ''));
  };
  expect(namesOf(trialOf(swept(flip)), trialOf(swept(turn)))).toEqual([
    'random-flip',
    'random-rotation factor 0.1',
  ]);
  expect(namesOf(trialOf(swept({ name: 'choose', stages: [flip, turn] })))).toEqual([
    'choose stages random-flip or random-rotation',
  ]);
  expect(namesOf(trialOf(swept(flip)), trialOf(swept(flip), 'other'))).toEqual([
    'stages preprocessing[0]={"name":"random-flip"}',
    'other preprocessing[0]={"name":"random-flip"}',
  ]);
  expect(namesOf(trialOf([{ path: 'training.batchSize', value: 32 }]))).toEqual([
    'stages training.batchSize=32',
  ]);
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

test('A difference that is not significant looks unlike one that is', async () => {
  const [control, better, unclear] = [
    seedsOf('raw', [0.65, 0.66, 0.64]),
    seedsOf('minmax', [0.68, 0.692, 0.671]),
    seedsOf('zscore', [0.65, 0.664, 0.645]),
  ];
  const results = resultsOf(...control, ...better, ...unclear);
  const differences = find('differences');
  const [panel] = differences.create(selectTrainedArms(results), { ...options, control: 'raw' });
  expect(panel?.description).toContain('+3.10 (+2.85 to +3.35), better; zscore');
  expect(panel?.description).toContain('(-0.36 to +0.96), not significant.');
  const svg = await drawFigure(differences, results, { format: 'svg', control: 'raw', zoom: 1 });
  const texts = [...String(svg).matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text);
  expect(texts).toEqual(expect.arrayContaining(['better', 'worse', 'not significant', '0']));
  expect(texts).not.toContain('+0');
  expect(svg).toContain(`fill="${paperTheme.paper}" stroke="${paperTheme.muted}"`);
});

test('The distance between training and test values has a logarithmic axis with room for none', () => {
  const shifts = [0, 0.5, 52].map((shift, at) =>
    doneTrial({
      experiment: experiment({ name: `arm-${at}` }),
      diagnostics: diagnostics({ input: { ...diagnostics().input, shift } }),
    }),
  );
  const [panel] = find('input-shift').create(selectTrainedArms(resultsOf(...shifts)), options);
  expect(panel?.layers.at(-1)).toMatchObject({
    encoding: {
      x: {
        axis: { values: [0.01, 0.1, 1, 10, 100] },
        scale: { type: 'log', domainMin: 0.01, domainMax: 100, clamp: true },
      },
    },
  });
});

test('A calibration bin of few images is a ring, and on no line', () => {
  const bins = [
    { confidence: 0.55, accuracy: 0.52, count: 400 },
    { confidence: 0.95, accuracy: 0.5, count: 10 },
  ];
  const seeds = [0, 1].map((seed) =>
    doneTrial({ seed, diagnostics: diagnostics({ calibration: { expectedError: 0.03, bins } }) }),
  );
  const [panel] = find('calibration').create(selectTrainedArms(resultsOf(...seeds)), options);
  const drawn = panel?.layers.slice(-3).map(({ data }) => data);
  const sure = expect.objectContaining({ confidence: 0.55, count: 400 });
  // Wilson's interval of 5 in 10.
  const few = expect.objectContaining({
    count: 10,
    low: expect.closeTo(0.2366, 4),
    high: expect.closeTo(0.7634, 4),
  });
  expect(drawn).toEqual([{ values: [sure] }, { values: [sure] }, { values: [few] }]);
});

test('A cell of the confusion has light text where it is dark', () => {
  const [panel] = find('confusion').create(arms, options);
  expect(panel?.layers.slice(1)).toMatchObject([
    { mark: { color: paperTheme.text }, data: { values: expect.any(Array) } },
    { mark: { color: paperTheme.onDeep }, data: { values: new Array(10).fill({ text: '70' }) } },
  ]);
});

test('What does not occur has no entry in the key', () => {
  const accuracy = find('accuracy');
  const [full] = accuracy.create(arms, options);
  expect(full?.keys).toBe(undefined);
  const [plain] = accuracy.create(selectTrainedArms(resultsOf(doneTrial())), options);
  expect(plain?.keys).toEqual([{ label: 'mean', shape: 'bar' }]);
});

function find(name: string): Figure {
  const figure = figures.find((each) => each.name === name);
  if (!figure) throw new Error(`There is no figure "${name}".`);
  return figure;
}
