import { shippedCatalogue } from '../../experiment/catalogue.js';
import type { StageOptions } from '../../experiment/experiment.js';
import { findMismatches, type Mismatch } from '../../experiment/range-check.js';
import { renderList, renderRange } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';

/** Stages that are made for other values than they receive: what the study's 20.62 % came from. */
export const valueRange: FindingRule = {
  name: 'value-range',
  severity: 'fault',
  detect({ trials: [{ experiment }] }) {
    const preprocessing = experiment.preprocessing.flatMap(parseShipped);
    if (preprocessing.length < experiment.preprocessing.length) return undefined;
    const mismatches = findMismatches({ preprocessing }, shippedCatalogue()).filter(isKnown);
    const [first] = mismatches;
    if (!first) return undefined;
    const alike = mismatches.filter((each) => renderRanges(each) === renderRanges(first));
    const names = renderList([...new Set(alike.map(({ options }) => options.name))]);
    const [expect, get] = alike.length > 1 ? ['expect', 'get'] : ['expects', 'gets'];
    return {
      text: `${names} ${expect} ${renderRange(first.expects)} but ${get} ${renderRange(first.receives)}${renderFix(first)}.`,
      numbers: {
        expectedLow: first.expects[0],
        expectedHigh: first.expects[1],
        receivedLow: first.receives[0],
        receivedHigh: first.receives[1],
      },
    };
  },
};

/** What a stage of a plug-in or of another version is made for is not known here. */
function parseShipped(options: StageOptions): StageOptions[] {
  const definition = shippedCatalogue().stages.find(({ name }) => name === options.name);
  const parsed = definition?.options.safeParse(options);
  return parsed?.success ? [parsed.data as StageOptions] : [];
}

function isKnown({ expects, receives }: Mismatch): boolean {
  return [...expects, ...receives].every(Number.isFinite);
}

function renderRanges({ expects, receives }: Mismatch): string {
  return `${renderRange(expects)} ${renderRange(receives)}`;
}

function renderFix({ mended, options }: Mismatch): string {
  const keys = Object.keys(mended ?? {}).filter((key) => key !== 'name');
  const changed = keys.filter(
    (key) => JSON.stringify(mended?.[key]) !== JSON.stringify(options[key]),
  );
  return changed.map((key) => `: set ${key} to ${JSON.stringify(mended?.[key])}`).join('');
}
