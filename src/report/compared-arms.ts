import { type Arm, dropRepeatedSeeds, groupArms } from '../analysis/comparison/arm.js';
import { type ArmComparison, compareArms } from '../analysis/comparison/compare-arms.js';
import { findControl } from '../analysis/comparison/control.js';
import { computeEqualBudgets, type EqualBudgets } from '../analysis/comparison/equal-budget.js';
import type { Results } from '../results/result.js';

/** An arm and how it does against the control. */
export interface ComparedArm {
  readonly arm: Arm;
  readonly isControl: boolean;
  /** Left out for the control itself, and where one of both has no finished trial. */
  readonly comparison?: ArmComparison;
}

/** What the table is made of. */
export interface Comparisons {
  readonly arms: readonly ComparedArm[];
  /** The control's name; left out without one. */
  readonly control?: string;
  readonly budgets?: EqualBudgets;
}

/** Groups results into arms and compares them with the control, by its name or by the role in its file. */
export function compareWithControl(
  { trials }: Results,
  { control: asked }: { readonly control?: string | undefined } = {},
): Comparisons {
  const arms = groupArms(trials).map(dropRepeatedSeeds);
  const name = findControl(trials, asked);
  const control = arms.find((arm) => arm.name === name);
  const budgets = computeEqualBudgets(arms);
  const named = name ?? asked;
  return {
    arms: arms.map((arm) => compareWith(control, arm)),
    ...(named !== undefined && { control: named }),
    ...(budgets && { budgets }),
  };
}

function compareWith(control: Arm | undefined, arm: Arm): ComparedArm {
  if (arm === control) return { arm, isControl: true };
  if (!control || control.done.length === 0 || arm.done.length === 0) {
    return { arm, isControl: false };
  }
  return { arm, isControl: false, comparison: compareArms(control.done, arm.done) };
}
