import { type HTMLElement, parse } from 'node-html-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { measureValues } from '../../../src/look/inspection/value-statistics.js';
import type { Preview } from '../../../src/look/preview/create-preview.js';
import { noEvidence } from '../../../src/report/html/evidence.js';
import { renderReport } from '../../../src/report/html/page.js';
import type { DoneTrial } from '../../../src/results/result.js';
import { doneTrial, experiment, failedTrial, resultsOf, seedsOf } from '../results.js';
import { hostileResults, richResults } from '../rich-results.js';
import { parseReport, readNumbers } from './report-page.js';

const results = richResults();
let text: string;
let page: HTMLElement;
beforeAll(async () => {
  text = await renderReport(results, { control: 'minmax' });
  page = parse(text);
});
const done = results.trials.filter((trial): trial is DoneTrial => trial.status === 'done');

describe('the numbers of a report', () => {
  test('are those of each trial in the results', () => {
    const numbers = readNumbers(page, 'Every trial');
    for (const { id, test: judged, best, parameterCount, imageCounts, ...trial } of done) {
      expect(numbers.get(id)?.map(({ value }) => value)).toEqual([
        judged.accuracy,
        judged.loss,
        judged.epoch,
        best?.accuracy,
        parameterCount,
        imageCounts.train,
        imageCounts.validation,
        imageCounts.test,
        trial.trainSeconds,
        trial.imagesPerSecond,
      ]);
      expect(numbers.get(id)?.[0]?.text).toBe(`${(100 * judged.accuracy).toFixed(2)} %`);
    }
  });

  test('are those of each epoch', () => {
    for (const { id, history } of done) {
      const epochs = [...readNumbers(page, `Epochs of ${id}`).values()];
      expect(epochs.map((numbers) => numbers.map(({ value }) => value))).toEqual(
        history.map((each) => [
          each.epoch,
          each.trainLoss,
          each.trainAccuracy,
          each.validationLoss,
          each.validationAccuracy,
          each.learningRate,
          each.trainSeconds,
          each.validationSeconds,
        ]),
      );
    }
  });

  test('are those of the confusion matrices, as means over the seeds', () => {
    const numbers = readNumbers(page, 'minmax, mean over 3 seeds');
    const rows = [...numbers.values()].map((row) => row.map(({ value }) => value));
    expect(rows).toEqual(done[0]?.diagnostics?.confusion);
  });

  test('are in the confusion in percent, light upon dark from 62 % on', () => {
    const cells =
      page.querySelectorAll('table.confusion tbody tr')[0]?.querySelectorAll('td') ?? [];
    expect(cells.slice(0, 3).map((cell) => [cell.text, cell.getAttribute('class')])).toEqual([
      ['70', 'deep'],
      ['30', undefined],
      ['', undefined],
    ]);
  });

  test('stand below names of classes that are cut off where they are long', async () => {
    const name = 'a class of more letters than there is room for';
    const classes = [name, ...'bcdefghij'];
    const shape = { height: 32, width: 32, channels: 3 };
    const found = { ...shape, train: 50_000, test: 10_000, classes, sha256: '' };
    const dataset = { format: 'folder' as const, path: 'photos', found };
    const trials = results.trials.map((trial) => ({
      ...trial,
      experiment: { ...trial.experiment, dataset },
    }));
    const own = parse(await renderReport({ ...results, trials }, {}));
    const names = own
      .querySelectorAll('table.confusion th')
      .filter(({ text }) => /^a cl/.test(text));
    expect(names.slice(0, 2).map((each) => [each.text, each.getAttribute('title')])).toEqual([
      ['a class of more letters…', name],
      [name, undefined],
    ]);
  });

  test('are faint where a difference is not significant', async () => {
    const close = seedsOf('zscore', [0.65, 0.664, 0.645]);
    const trials = [...seedsOf('raw', [0.65, 0.66, 0.64]), ...close];
    const report = await parseReport(resultsOf(...trials), 'raw');
    const texts = report.querySelectorAll('td .faint').map((cell) => cell.text);
    expect(texts.filter((each) => each !== '-')).toEqual(['~ +0.30 (-0.36 to +0.96)']);
  });

  test('stand once where all trials share them, else in a table', async () => {
    const [first, second] = seedsOf('raw', [0.65, 0.66]);
    if (!first || !second) throw new Error('There are no trials.');
    const other = { ...second.environment, threads: 8 };
    const report = await parseReport(resultsOf(first, { ...second, environment: other }));
    const terms = report.querySelectorAll('.facts dt').map((term) => term.text);
    expect(terms).toContain('TensorFlow');
    expect(terms).not.toContain('threads');
    const table = report
      .querySelectorAll('table')
      .find((each) => each.querySelector('caption')?.text === 'What each trial was made with');
    const titles = table?.querySelectorAll('thead th').map((cell) => cell.text) ?? [];
    expect(titles).toContain('threads');
    expect(titles).not.toContain('TensorFlow');
  });

  test('stand for a failed trial by its reason', () => {
    const rows = page.querySelectorAll('#main tr').filter(({ text }) => text.includes('nan'));
    expect(rows.some(({ text }) => text.includes('The loss is no longer finite'))).toBe(true);
  });
});

describe('the page', () => {
  test('has a heading for each section, linked from the top, in order of their levels', () => {
    const links = page.querySelectorAll('nav a').map((link) => link.getAttribute('href'));
    const headings = page.querySelectorAll('section > h2').map(({ id }) => `#${id}`);
    expect(links).toEqual(headings);
    expect(headings).toHaveLength(11);
    const levels = page.querySelectorAll('h1, h2, h3, h4').map(({ tagName }) => Number(tagName[1]));
    expect(levels[0]).toBe(1);
    for (const [at, level] of levels.entries()) {
      expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  test('names its language, its landmarks, every table, chart and scrolling region', () => {
    expect(page.querySelector('html')?.getAttribute('lang')).toBe('en');
    expect(['header', 'nav', 'main', 'footer'].map((name) => page.querySelectorAll(name).length)) //
      .toEqual([1, 1, 1, 1]);
    for (const table of page.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.text).not.toBe('');
      expect(table.querySelectorAll('thead th').every((cell) => cell.hasAttribute('scope'))).toBe(
        true,
      );
    }
    for (const svg of page.querySelectorAll('svg')) {
      const isNamed = (svg.getAttribute('aria-label') ?? '') !== '';
      expect(isNamed || svg.getAttribute('aria-hidden') === 'true').toBe(true);
    }
    for (const region of page.querySelectorAll('[role=region]')) {
      expect(region.getAttribute('tabindex')).toBe('0');
      expect(region.getAttribute('aria-label')).not.toBe('');
    }
  });

  test('has no id twice, no script and no address of another file', () => {
    const ids = page.querySelectorAll('[id]').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.querySelectorAll('script, link, iframe, object')).toEqual([]);
    const addresses = page
      .querySelectorAll('[src], [href]')
      .map((each) => each.getAttribute('src') ?? each.getAttribute('href'));
    expect(addresses.filter((address) => !/^(#|data:image\/png)/.test(address ?? ''))).toEqual([]);
    expect(text).not.toMatch(/url\(|@import/);
  });

  test('shows pictures with their texts, and each pipeline under one title', async () => {
    const png = new Uint8Array([1, 2, 3]);
    const picture = { png, width: 32, height: 32, alt: 'a "cat"' };
    const pair = { truth: 'cat', predicted: 'dog', count: 3, examples: [picture] };
    const own = { seed: 0, wrongCount: 3198, testCount: 10_000, pairs: [pair] };
    const evidence = {
      ...noEvidence(''),
      missingPreviews: [],
      missingMistakes: [],
      previews: new Map([['minmax', preview()]]),
      mistakes: new Map([['minmax', own]]),
    };
    const page = parse(await renderReport(results, { evidence }));
    const [image] = page.querySelectorAll('.pairs img');
    expect(image?.getAttribute('alt')).toBe('a "cat"');
    expect(image?.getAttribute('src')).toBe('data:image/png;base64,AQID');
    const steps = page.querySelectorAll('.steps li');
    expect(steps.map((step) => step.querySelector('.draws')?.getAttribute('aria-label'))).toEqual([
      'Training images (cat), original',
      'Training images (cat), [0] random-brightness, 2 draws',
    ]);
    expect(steps.map((step) => step.querySelectorAll('.tile').length)).toEqual([1, 2]);
    expect(steps[1]?.querySelector('.name')?.text).toBe('random-brightness 0.2');
    expect(steps[1]?.text).toContain('50 % above');
    const titles = page.querySelectorAll('section').find((each) => each.text.includes('Pipelines'));
    expect(titles?.querySelectorAll('h3').map(({ text: title }) => title)).toEqual([
      'minmax',
      'photometric',
      'raw',
    ]);
    expect(titles?.text).toContain('no preprocessing');
    expect(page.text).toContain('3,198 of 10,000 test images wrong (31.98 %)');
  });

  test('draws some of many experiments, cuts long tables, and says so', async () => {
    const arms = Array.from({ length: 600 }, (_, at) =>
      doneTrial({ id: `arm-${at}`, experiment: experiment({ name: `arm-${at}` }) }),
    );
    const page = await parseReport(resultsOf(...arms));
    const { text } = page;
    expect(text).toContain(
      'Of 600 experiments 40 are drawn: those with the highest and the lowest',
    );
    expect(text).toContain('Test accuracy of each experiment: the first 500 of 600 rows');
    expect(text).toContain('Every trial: the first 500 of 600 rows');
    expect(text).toContain('The epochs of 560 more trials are in results.json.');
    expect(page.querySelectorAll('details table')).toHaveLength(40);
  });

  test('says what is missing where the results have no diagnostics', async () => {
    const page = await parseReport(resultsOf(doneTrial()));
    expect(page.text.match(/These results hold no diagnostics/g)).toHaveLength(4);
    expect(page.text).toContain('No pictures were looked up.');
  });

  test('can be made of failed trials only, and of none', async () => {
    expect((await parseReport(resultsOf(failedTrial()))).text).toContain('1 trial, 1 failed');
    expect((await parseReport(resultsOf())).text).toContain('The results hold no trial yet.');
  });
});

/** One grey image of four pixels, as it comes and after a stage that brightens it beyond white. */
function preview(): Preview {
  const shape = { height: 2, width: 2, channels: 1 };
  const place = (...values: number[]) => ({ count: 1, shape, values: Float32Array.from(values) });
  const [dark, bright] = [place(0, 0.2, 0.4, 1), place(0.2, 0.9, 1.4, 2)];
  const shown = [0, 1] as const;
  const original = {
    title: 'original',
    summary: 'original',
    when: 'always',
    shape,
    shown,
  } as const;
  const title = '[0] random-brightness';
  return {
    name: 'minmax',
    seed: 0,
    classNames: ['cat', 'dog'],
    draws: 2,
    images: [{ className: 'cat', index: 9 }],
    columns: [
      { ...original, draws: [dark], statistics: measureValues(dark, shown) },
      {
        ...original,
        title,
        summary: `${title} 0.2`,
        when: 'train',
        draws: [bright, bright],
        statistics: measureValues(bright, shown),
      },
    ],
  };
}

test('Hostile texts stay texts', async () => {
  const text = await renderReport(hostileResults());
  const page = parse(text);
  expect(page.querySelectorAll('script, img, b')).toEqual([]);
  const attributes = page.querySelectorAll('*').flatMap((each) => Object.keys(each.attributes));
  expect(attributes.filter((name) => name.startsWith('on'))).toEqual([]);
  const links = page.querySelectorAll('[href]').map((link) => link.getAttribute('href'));
  expect(links.every((link) => link?.startsWith('#'))).toBe(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must be gone.
  expect(text).not.toMatch(/[\u0000\u001b\u202e]/);
});
