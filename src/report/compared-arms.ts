import { type Arm, listShownArms } from '../analysis/comparison/arm.js';
import { type ArmComparison, compareArms } from '../analysis/comparison/compare-arms.js';
import {
  type CorruptionComparison,
  compareCorruptions,
} from '../analysis/comparison/compare-corruptions.js';
import { mapToReferences } from '../analysis/comparison/control.js';
import { computeEqualBudgets, type EqualBudgets } from '../analysis/comparison/equal-budget.js';
import { selectControl } from '../analysis/findings/trained-arm.js';
import type { Results } from '../results/result.js';

/** An arm and how it does against the control, or against the arm before it. */
export interface ComparedArm {
  readonly arm: Arm;
  readonly isControl: boolean;
  /** Left out where there is nothing to compare with, and where one of both has no finished trial. */
  readonly comparison?: ArmComparison;
  /** The same of corrupted test images; left out where one of both was not judged on them, or on others. */
  readonly corruptions?: CorruptionComparison;
}

/** What the table is made of. */
export interface Comparisons {
  readonly arms: readonly ComparedArm[];
  /** The control's name, or `previousArm`; left out without one. */
  readonly control?: string;
  readonly budgets?: EqualBudgets;
}

/**
 * Groups results into arms and compares them with the control, by its name or by the role in its file, or each with the
 * one before it that has finished trials.
 */
export function compareWithControl(
  { trials }: Results,
  { control: asked }: { readonly control?: string | undefined } = {},
): Comparisons {
  const arms = listShownArms(trials);
  const name = selectControl({ trials }, asked);
  const control = arms.find((arm) => arm.name === name);
  const references = mapToReferences(
    arms.filter(({ done }) => done.length > 0),
    name,
  );
  const budgets = computeEqualBudgets(arms);
  const named = name ?? asked;
  return {
    arms: arms.map((arm) => ({
      arm,
      isControl: arm === control,
      ...compareWith(references.get(arm), arm),
    })),
    ...(named !== undefined && { control: named }),
    ...(budgets && { budgets }),
  };
}

function compareWith(
  reference: Arm | undefined,
  { done }: Arm,
): Pick<ComparedArm, 'comparison' | 'corruptions'> {
  if (!reference) return {};
  const corruptions = compareCorruptions(reference.done, done);
  return { comparison: compareArms(reference.done, done), ...(corruptions && { corruptions }) };
}
