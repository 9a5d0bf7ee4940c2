import type { Results } from '../../results/result.js';
import { renderCount } from '../../text/quantities.js';
import { meanAccuracy } from '../comparison/arm.js';
import { previousArm } from '../comparison/control.js';
import { selectControl, selectTrainedArms, type TrainedArm } from './trained-arm.js';

/**
 * As many as a reader compares by eye. A chart of each of 2,000 arms took minutes and gigabytes to draw, and no renderer
 * or browser showed it.
 */
export const mostShownArms = 40;

/** The arms that a page or a figure draws. */
export interface ShownArms {
  readonly arms: readonly TrainedArm[];
  /** Name of the arm that the others are compared with. */
  readonly control?: string;
  /** Says which ones these are, where there are more. */
  readonly note?: string;
}

/**
 * Selects the arms to draw: all of them or, of many, the control, the best and the worst, or the first ones where each is
 * compared with the one before it. In the order of the results.
 * @param asked The control's name or `previousArm`; without it, it is the one whose file has the role "control".
 */
export function selectShownArms(results: Results, asked?: string | undefined): ShownArms {
  const arms = selectTrainedArms(results);
  const name = selectControl(results, asked);
  const control = name === undefined ? {} : { control: name };
  if (arms.length <= mostShownArms) return { arms, ...control };
  const start = `Of ${renderCount(arms.length)} experiments ${mostShownArms} are drawn:`;
  if (name === previousArm) {
    return { arms: arms.slice(0, mostShownArms), ...control, note: `${start} the first ones.` };
  }
  const others = arms.filter((arm) => arm.name !== name);
  const ranked = others.sort((a, b) => meanAccuracy(b.trials) - meanAccuracy(a.trials));
  const room = mostShownArms - (arms.length - others.length);
  const best = Math.ceil(room / 2);
  const dropped = new Set(ranked.slice(best, ranked.length - (room - best)));
  const which = `the highest and the lowest test accuracy${room < mostShownArms ? ', and the control' : ''}`;
  return {
    arms: arms.filter((arm) => !dropped.has(arm)),
    ...control,
    note: `${start} those with ${which}.`,
  };
}
