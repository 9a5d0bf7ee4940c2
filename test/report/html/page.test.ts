import { type HTMLElement, parse } from 'node-html-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { noEvidence } from '../../../src/report/html/evidence.js';
import { renderReport } from '../../../src/report/html/page.js';
import type { DoneTrial } from '../../../src/results/result.js';
import { doneTrial, experiment, failedTrial, resultsOf } from '../results.js';
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
    const numbers = readNumbers(page, 'minmax: images, mean over 3 seeds');
    const rows = [...numbers.values()].map((row) => row.map(({ value }) => value));
    expect(rows).toEqual(done[0]?.diagnostics?.confusion);
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

  test('shows pictures with their texts', async () => {
    const png = new Uint8Array([1, 2, 3]);
    const picture = { png, width: 32, height: 32, alt: 'a "cat"' };
    const pair = { truth: 'cat', predicted: 'dog', count: 3, examples: [picture] };
    const own = { seed: 0, wrongCount: 3198, testCount: 10_000, pairs: [pair] };
    const evidence = {
      ...noEvidence(''),
      missingPreviews: [],
      missingMistakes: [],
      previews: new Map([['minmax', picture]]),
      mistakes: new Map([['minmax', own]]),
    };
    const page = parse(await renderReport(results, { evidence }));
    const images = page.querySelectorAll('img');
    expect(images.map((image) => image.getAttribute('alt'))).toEqual(['a "cat"', 'a "cat"']);
    expect(images[0]?.getAttribute('src')).toBe('data:image/png;base64,AQID');
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
