import type { TrialResult } from '../../results/result.js';
import { findNearest } from '../../text/nearest.js';
import { quote, quoteWhole } from '../../text/quote.js';
import { UserError } from '../../user-error.js';
import { nameArm } from './arm.js';

/** What tells a trial's arm. */
type ArmMember = Pick<TrialResult, 'experiment' | 'changes'>;

/** In place of a control's name: each arm is compared with the one before it. No experiment can have this name. */
export const previousArm = '@previous';

/**
 * Returns what each arm is compared with: the control, or with {@link previousArm} the arm before it. Those that are
 * compared with nothing are missing.
 */
export function mapToReferences<Named extends { readonly name: string }>(
  arms: readonly Named[],
  control: string | undefined,
): ReadonlyMap<Named, Named> {
  const named = arms.find(({ name }) => name === control);
  const pairs = arms.flatMap((arm, index) => {
    const reference = control === previousArm ? arms[index - 1] : named;
    return reference && reference !== arm ? [[arm, reference] as const] : [];
  });
  return new Map(pairs);
}

/**
 * Returns the name of the arm that the others are compared with: the one asked for, by its full name or its
 * experiment's, or the one that others race against, or the one whose file has the role; nothing without. For planned and for finished trials.
 * @throws UserError if there is no such arm, or more than one.
 */
export function requireControl(
  members: readonly ArmMember[],
  control: string | undefined,
): string | undefined {
  const names = findCandidates(members, control);
  if (names.length === 1) return names[0];
  if (control === undefined && names.length === 0) return undefined;
  throw names.length === 0
    ? unknownControl(members, control as string)
    : severalControls(names, control);
}

/** Does the same without an error: nothing where the control is not there, not there yet, or not one. */
export function findControl(
  members: readonly ArmMember[],
  control: string | undefined,
): string | undefined {
  const names = findCandidates(members, control);
  return names.length === 1 ? names[0] : undefined;
}

/** Of a sweep's arms, the one that a role or an experiment's name means is the one without changes. */
function findCandidates(members: readonly ArmMember[], control: string | undefined): string[] {
  if (control === previousArm) return [previousArm];
  const raced = members.find(({ experiment }) => experiment.race)?.experiment.race?.against;
  if (control === undefined && raced !== undefined) return findCandidates(members, raced);
  const isExact = members.some((member) => nameArm(member) === control);
  if (control !== undefined && isExact) return [control];
  const meant = members.filter(({ experiment }) =>
    control === undefined ? experiment.role === 'control' : experiment.name === control,
  );
  const unchanged = meant.filter(({ changes }) => changes.length === 0);
  return [...new Set((unchanged.length > 0 ? unchanged : meant).map(nameArm))];
}

function unknownControl(members: readonly ArmMember[], control: string): UserError {
  const names = [...new Set(members.map(nameArm)), previousArm];
  const close = findNearest(control, names) ?? names[0];
  return new UserError(`--control must name one of the experiments, received ${quote(control)}.`, {
    ...(close !== undefined && { hint: `did you mean --control ${quoteWhole(close)}?` }),
  });
}

function severalControls(names: readonly string[], control: string | undefined): UserError {
  const what = control === undefined ? 'The role "control"' : `--control ${quote(control)}`;
  return new UserError(`${what} must mean one experiment, received ${names.length} of a sweep.`, {
    hint: `name one of them, for example --control ${quoteWhole(names[0] ?? '')}.`,
  });
}
