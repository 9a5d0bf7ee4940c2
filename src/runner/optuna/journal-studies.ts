import { type Operation, trialStates } from './operation.js';

/** A trial of a journal. */
export interface JournalTrial {
  /** Counted over all studies of the journal. */
  readonly id: number;
  /** See {@link trialStates}; 4 where it waits. */
  state: number;
  /** By the parameter's name. */
  readonly distributions: Map<string, unknown>;
  readonly userAttributes: Map<string, unknown>;
  /** At which steps it has intermediate values. */
  readonly steps: Set<number>;
}

export interface JournalStudy {
  readonly id: number;
  readonly name: string;
  /** 1: minimize, 2: maximize. */
  readonly directions: readonly number[];
  readonly trials: JournalTrial[];
}

/** What the operations of a journal come to, as Optuna replays them. */
export class JournalStudies {
  readonly #studies = new Map<number, JournalStudy>();
  readonly #trials: JournalTrial[] = [];
  #studyCount = 0;

  find(name: string): JournalStudy | undefined {
    return [...this.#studies.values()].find((study) => study.name === name);
  }

  apply(operation: Operation): void {
    if (operation.op_code === 0) this.#createStudy(operation.study_name, operation.directions);
    else if (operation.op_code === 1) this.#studies.delete(operation.study_id);
    else if (operation.op_code === 4) this.#createTrial(operation);
    else if ('trial_id' in operation) this.#updateTrial(operation);
  }

  /** The second of two programs that create it at once finds it there. */
  #createStudy(name: string, directions: readonly number[]): void {
    if (this.find(name)) return;
    const id = this.#studyCount++;
    this.#studies.set(id, { id, name, directions, trials: [] });
  }

  #createTrial(operation: Extract<Operation, { op_code: 4 }>): void {
    const study = this.#studies.get(operation.study_id);
    if (!study) return;
    const trial: JournalTrial = {
      id: this.#trials.length,
      state: operation.state,
      distributions: new Map(Object.entries(operation.distributions)),
      userAttributes: new Map(Object.entries(operation.user_attrs)),
      steps: new Set(Object.keys(operation.intermediate_values).map(Number)),
    };
    study.trials.push(trial);
    this.#trials.push(trial);
  }

  /** What has ended stays as it is. */
  #updateTrial(operation: Extract<Operation, { trial_id: number }>): void {
    const trial = this.#trials[operation.trial_id];
    if (!trial || hasEnded(trial)) return;
    if (operation.op_code === 5) {
      trial.distributions.set(operation.param_name, operation.distribution);
    } else if (operation.op_code === 6) trial.state = operation.state;
    else if (operation.op_code === 7) trial.steps.add(operation.step);
    else {
      for (const entry of Object.entries(operation.user_attr)) trial.userAttributes.set(...entry);
    }
  }
}

export function hasEnded({ state }: JournalTrial): boolean {
  const { complete, pruned, failed } = trialStates;
  return state === complete || state === pruned || state === failed;
}
