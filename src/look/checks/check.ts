import type { Catalogue } from '../../experiment/catalogue.js';
import type { Experiment } from '../../experiment/experiment.js';
import type { Observation } from '../../results/result.js';
import type { InspectedStage } from '../inspection/inspect-pipeline.js';
import type { MeasuredPipeline } from '../inspection/measure-pipeline.js';

/** What to write at one place of an experiment file. */
export interface Fix {
  /** A key, such as "preprocessing[1]", "preprocessing" or "training.validation". */
  readonly path: string;
  /** Plain JSON. */
  readonly value: unknown;
}

/** Something about an experiment that is probably not meant (warning) or worth a thought (hint). */
export interface Advice extends Observation {
  /** The check's name in kebab-case. */
  readonly check: string;
  readonly severity: 'warning' | 'hint';
  /** The edit that mends it; left out where no edit is the obvious one. */
  readonly fix?: Fix;
}

/** What a check looks at. */
export interface CheckContext {
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly stages: readonly InspectedStage[];
  /** Left out where nothing was measured; checks that need it are then silent. */
  readonly measured?: MeasuredPipeline;
}

/** One rule. Silent, with an empty list, where all is well. */
export interface Check {
  readonly name: string;
  readonly severity: Advice['severity'];
  examine(context: CheckContext): readonly Omit<Advice, 'check' | 'severity'>[];
}
