import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deepShare } from '../../../src/report/figures/confusion.js';
import { renderReport } from '../../../src/report/html/page.js';
import type { DoneTrial, Results } from '../../../src/results/result.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { hostileResults, richResults } from '../rich-results.js';
import { findBrowser } from './browser.js';

const executablePath = findBrowser();
const results = richResults();

const sizes = [
  { name: 'a desktop', width: 1280, height: 900 },
  { name: 'a phone', width: 390, height: 844 },
] as const;
const schemes = ['light', 'dark'] as const;

// "apt install chromium", or CHROMIUM=/path/to/it: without a browser these are skipped.
describe.skipIf(executablePath === undefined)('a report in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: sandbox });
  });
  afterAll(() => browser?.close());

  test('shows the numbers of the results', async () => {
    const { page, complaints } = await open(browser, results);
    const done = results.trials.filter((trial): trial is DoneTrial => trial.status === 'done');
    for (const { id, test: judged } of done) {
      const row = page.locator('table', { hasText: 'Every trial' }).locator('tr', { hasText: id });
      const cells = await row
        .locator('data')
        .evaluateAll((all) =>
          all.slice(0, 2).map((cell) => [cell.getAttribute('value'), cell.textContent]),
        );
      expect(cells[0]).toEqual([
        String(judged.accuracy),
        `${(100 * judged.accuracy).toFixed(2)} %`,
      ]);
      expect(cells[1]?.[0]).toBe(String(judged.loss));
    }
    expect(complaints).toEqual([]);
  });

  for (const { name, ...viewport } of sizes) {
    for (const colorScheme of schemes) {
      test(`fits ${name} and passes axe's rules, ${colorScheme}`, async () => {
        const { page, complaints } = await open(browser, results, { viewport, colorScheme });
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBe(viewport.width);
        expect(await findViolations(page)).toEqual([]);
        expect(complaints).toEqual([]);
      });
    }
  }

  test('keeps the first column where a table scrolls, and shades the edge that hides more', async () => {
    const viewport = { width: 390, height: 844 };
    const { page } = await open(browser, results, { viewport });
    const region = page.getByRole('region', { name: 'Test accuracy of each experiment' });
    const name = region.locator('tbody th').first();
    const before = await name.boundingBox();
    const scrolled = await region.evaluate((each) => {
      each.scrollLeft = each.scrollWidth;
      return each.scrollLeft;
    });
    expect(scrolled).toBeGreaterThan(300);
    expect((await name.boundingBox())?.x).toBe(before?.x);
    const backgrounds = await region.evaluate(
      (each) => each.ownerDocument.defaultView?.getComputedStyle(each).backgroundAttachment,
    );
    expect(backgrounds).toBe('local, local, scroll, scroll');
  });

  test('has readable text on every colour of the confusion', async () => {
    for (const colorScheme of schemes) {
      const { page } = await open(browser, results, { colorScheme });
      const shares = Array.from({ length: 101 }, (_, at) => at / 100);
      const contrasts = (await readColours(page, shares)).map(computeContrast);
      expect(new Set(contrasts).size).toBeGreaterThan(90);
      expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('can be walked with the keyboard: the first stop skips to the results', async () => {
    const { page } = await open(browser, results);
    await page.keyboard.press('Tab');
    const skip = page.locator('.skip');
    expect(await skip.evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
    expect(await skip.evaluate((link) => link.getBoundingClientRect().left >= 0)).toBe(true);
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#main$/);
  });

  test('opens what is folded when it is printed', async () => {
    const { page } = await open(browser, results);
    const table = page.locator('details:not([open]) table').first();
    expect(await table.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await table.isVisible()).toBe(true);
  });

  test('does nothing that hostile texts want', async () => {
    const { page, complaints } = await open(browser, hostileResults());
    await page.hover('h1');
    for (const heading of await page.locator('h3').all()) await heading.hover();
    expect(complaints).toEqual([]);
    expect(await page.locator('main script, main img, main b').count()).toBe(0);
  });
});

/** Opens a report from the disk; complaints are errors, dialogs and attempts to load anything. */
async function open(browser: Browser, shown: Results, options: BrowserContextOptions = {}) {
  const file = join(await temporaryFolder(), 'report.html');
  await writeFile(file, await renderReport(shown, { control: 'minmax' }));
  // Only for axe: the page itself forbids all scripts.
  const page = await browser.newPage({ bypassCSP: true, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  const url = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(request.url());
  });
  await page.goto(url);
  return { page, complaints };
}

/** Colours of text and ground in cells of the confusion with these shares. */
async function readColours(page: Page, shares: readonly number[]): Promise<[string, string][]> {
  const cells = shares.map((share) => [share, share < deepShare ? '' : 'deep']);
  return page.evaluate(`${JSON.stringify(cells)}.map(([share, name]) => {
    const cell = document.createElement('td');
    cell.className = name;
    cell.style.setProperty('--share', share);
    document.querySelector('table.confusion tbody tr').append(cell);
    const { color, backgroundColor } = getComputedStyle(cell);
    return [color, backgroundColor];
  })`);
}

/** Returns the contrast of two colours as CSS computes them, "rgb(0, 0, 0)" or "color(srgb 0 0 0)", by WCAG 2. */
function computeContrast(colours: readonly [string, string]): number {
  const luminances = colours.map((colour) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const value = Number(part) / (colour.startsWith('color(') ? 1 : 255);
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(...luminances) + 0.05) / (Math.min(...luminances) + 0.05);
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function findViolations(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
  );
}
