import type { Search } from '../../experiment/search/search-schema.js';
import { listValues } from '../../experiment/sweep/axis.js';
import type { SweepValues } from '../../experiment/sweep/sweep-schema.js';

/** A distribution as Optuna writes it. */
type Distribution =
  | {
      readonly name: 'CategoricalDistribution';
      readonly attributes: { readonly choices: readonly Choice[] };
    }
  | {
      readonly name: 'FloatDistribution' | 'IntDistribution';
      readonly attributes: {
        readonly log: boolean;
        readonly step: number | null;
        readonly low: number;
        readonly high: number;
      };
    };

type Choice = string | number | boolean | null;

/** A key of a search as a parameter of Optuna. */
export interface Parameter {
  readonly distribution: Distribution;
  /** Returns what Optuna's journal has for a value: of a list its place. */
  encode(value: unknown): number;
}

/** Returns the parameters of a search by the paths of their keys: lists have choices, all else lies between two numbers. */
export function createSpace({ over }: Pick<Search, 'over'>): ReadonlyMap<string, Parameter> {
  const entries = Object.entries(over);
  return new Map(entries.map(([path, written]) => [path, createParameter(written)]));
}

function createParameter(written: Search['over'][string]): Parameter {
  if (Array.isArray(written)) return createChoices(written);
  const [kind, numbers] = Object.entries(written)[0] as [string, readonly number[]];
  const isDrawn = kind === 'uniform' || kind === 'logUniform' || kind === 'integer';
  const values = isDrawn ? numbers : (listValues(written as SweepValues) as readonly number[]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const log = kind === 'logUniform' || kind === 'logspace';
  const isWhole = kind === 'integer' || (!isDrawn && !log && values.every(Number.isInteger));
  return {
    distribution: isWhole
      ? { name: 'IntDistribution', attributes: { log, step: 1, low, high } }
      : { name: 'FloatDistribution', attributes: { step: null, low, high, log } },
    encode: Number,
  };
}

function createChoices(values: readonly unknown[]): Parameter {
  const choices = [...new Set(values.map(toChoice))];
  return {
    distribution: { name: 'CategoricalDistribution', attributes: { choices } },
    encode: (value) => choices.indexOf(toChoice(value)),
  };
}

/** Optuna has no choices with parts: such as stages are written as JSON. */
function toChoice(value: unknown): Choice {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Choice);
}
