import { InvalidArgumentError, Option } from 'commander';
import { quote } from '../experiment/quote.js';
import type { Axis } from '../experiment/sweep/axis.js';
import { parseSet } from '../experiment/sweep/parse-set.js';

/** Returns `--set <path=value[,value...]>`, which may be given several times. */
export function createSetOption(): Option {
  const description =
    'set a key of all experiments, to several values in turn if given (docs/sweeps.md); repeatable';
  return new Option('--set <path=value[,value...]>', description)
    .argParser(addSet)
    .default([], 'none');
}

function addSet(text: string, sets: readonly Axis[]): readonly Axis[] {
  const parsed = parseSet(text);
  if ('message' in parsed) throw new InvalidArgumentError(renderProblem(parsed));
  if (sets.some(({ path }) => path === parsed.path)) {
    throw new InvalidArgumentError(
      `${quote(parsed.path)} is set twice; give its values with commas.`,
    );
  }
  return [...sets, parsed];
}

function renderProblem({ message, hint }: { readonly message: string; readonly hint?: string }) {
  return hint ? `${message.replace(/\.$/, '')}; ${hint}` : message;
}
