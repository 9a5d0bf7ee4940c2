import type { DoneTrial, Results } from '../../src/results/result.js';
import { diagnostics, inputStatistics } from './diagnostics.js';
import { doneTrial, experiment, failedTrial, resultsOf } from './results.js';

const published = { testAccuracy: 0.6938, source: 'the study' };

/** Three experiments, two with three seeds, with diagnostics, and one that failed. */
export function richResults(): Results {
  const minmax = experiment({ name: 'minmax', seeds: [0, 1, 2], published });
  const photometric = experiment({ name: 'photometric', seeds: [0, 1, 2] });
  const constant = inputStatistics({ constantShare: 0.94, saturatedShare: 0.913 });
  const input = { train: constant, test: inputStatistics(), shift: 1.8734 };
  return resultsOf(
    ...[0, 1, 2].map((seed) => trial({ experiment: minmax, seed }, 0.68)),
    ...[0, 1, 2].map((seed) =>
      trial({ experiment: photometric, seed, diagnostics: diagnostics({ input }) }, 0.11),
    ),
    trial({ experiment: experiment({ name: 'raw' }), seed: 0 }, 0.6382),
    failedTrial({ experiment: experiment({ name: 'nan' }) }),
  );
}

/** Names, texts and paths that try to be more than text. */
export const hostileTexts = [
  '<script>fetch("//evil.example/")</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></title><b>bold',
  '</svg><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '\u202egnp.exe\u0000\u001b[31m',
  '../../../etc/passwd',
];

/** Results of which every text is hostile. */
export function hostileResults(): Results {
  const { trials } = richResults();
  return resultsOf(
    ...trials.map((each, at) => {
      const text = hostileTexts[at % hostileTexts.length] ?? '';
      return {
        ...each,
        id: text,
        key: text,
        experiment: { ...each.experiment, name: text, published: { ...published, source: text } },
        summary: { preprocessing: text, model: text },
        changes: [{ path: text, value: text }],
        environment: { ...each.environment, deviceName: text, node: text, driver: text },
        provenance: { commandLine: [text], git: { commit: text, isDirty: true } },
        dataSha256: { [text]: text },
        startedAt: text,
        ...(each.status === 'failed' && { reason: text, hint: text }),
        ...(each.status === 'done' && {
          diagnostics: diagnostics({ deadRelus: [{ layer: text, share: 0.5 }] }),
        }),
      };
    }),
  );
}

/** Numbers with many digits, of their own for each trial. */
function trial(changes: Partial<DoneTrial>, accuracy: number): DoneTrial {
  const { seed = 0 } = changes;
  const name = changes.experiment?.name ?? 'raw';
  const history = Array.from({ length: 10 }, (_, at) => ({
    epoch: at + 1,
    trainLoss: 2 / (at + 1.37) + seed / 97,
    trainAccuracy: accuracy - 0.2 / (at + 1) + seed / 301,
    validationLoss: 2 / (at + 1.91) + seed / 89,
    validationAccuracy: accuracy - 0.1 / (at + 1) + seed / 203,
    learningRate: 0.001,
    trainSeconds: 9.7 + seed + at / 7,
    validationSeconds: 0.3,
  }));
  return doneTrial({
    id: `${name}-seed${seed}-01234567`,
    diagnostics: diagnostics(),
    history,
    test: {
      accuracy: accuracy + seed / 211,
      loss: 1.17154 + seed / 83,
      epoch: 10,
      weights: 'last',
    },
    trainSeconds: 96.2003807 + seed,
    imagesPerSecond: 5197.48 - seed,
    ...changes,
  });
}
