import { type StoredTraining, scoreRungs } from '../analysis/search/score-rungs.js';
import { listSteps, rankFinalists, type SearchStep } from '../analysis/search/search-steps.js';
import { acquireLease } from '../storage/lease.js';
import { leaseSeconds } from '../storage/lease-file.js';
import { rest, SharedFleet } from './follow-fleet.js';
import { type FleetLauncher, isFleet } from './launcher.js';
import { type OpenSearch, recordSearch } from './open-search.js';
import { listRungEpochs } from './plan/planned-search.js';
import { createPlanResults } from './plan-results.js';
import { type PlanOptions, type RunningPlan, runIfFree, runWhenFree } from './run-leased-trial.js';
import { beginPlan } from './run-plan.js';
import type { SearchRecord } from './store/search-file.js';
import type { PlanContext, Trial } from './trial.js';

/** Whoever holds a lease gives signs of life much more often. */
const silenceShare = 1.25;

/** A step of a search that may be trained now. */
interface OpenStep extends SearchStep {
  readonly search: OpenSearch;
  readonly trial: Trial;
}

/** A search whose steps tasks of a scheduler take. */
type FollowedSearch = Omit<RunningPlan, 'launcher' | 'freeSlots'> & {
  readonly launcher: FleetLauncher;
};

export interface SearchOptions extends PlanOptions {
  /** What the trials of the plan were planned with. */
  readonly context: PlanContext;
  /** Is told how far the searches are, before and after each step. */
  searched(searches: readonly SearchRecord[]): void | Promise<void>;
}

/** Trains what its searches ask for, as many side by side as there are places. */
export class Searcher {
  readonly #searches: readonly OpenSearch[];
  readonly #options: SearchOptions;
  /** By the trial's id: the epoch after which it is left; nothing where it goes to its end. */
  readonly #until = new Map<string, number | undefined>();
  readonly #running = new Map<string, Promise<unknown>>();
  /** Trials that other runners have. */
  readonly #elsewhere = new Set<string>();
  /** Trials that this run has trained, once more where they had failed. */
  readonly #tried = new Set<string>();
  #told = Promise.resolve();
  #ending: AbortSignal;
  #error: { readonly reason: unknown } | undefined;

  constructor(searches: readonly OpenSearch[], options: SearchOptions) {
    this.#searches = searches;
    this.#options = options;
    this.#ending = options.stop;
  }

  /**
   * Returns how many configurations were still to go on where the run was stopped or has left.
   * @param whole What tasks of a scheduler are to share.
   */
  async run(whole: readonly Trial[]): Promise<number> {
    await this.#lookAtAll();
    await this.#tell();
    if (this.#list().length > 0 && !this.#ending.aborted) {
      const launcher = await this.#options.prepare();
      const running = this.#begin();
      await (isFleet(launcher)
        ? this.#follow({ ...running, launcher }, whole)
        : this.#trainAll({ ...running, launcher, freeSlots: [...launcher.slots] }));
    }
    // What other runners did last was looked at since.
    await this.#tell();
    return this.#list().length;
  }

  async #trainAll(plan: RunningPlan): Promise<void> {
    do {
      while (!this.#ending.aborted) {
        for (let step = await this.#next(plan); step; step = await this.#next(plan))
          this.#start(plan, step);
        if (this.#running.size === 0) break;
        await Promise.race(this.#running.values());
      }
      await Promise.all(this.#running.values());
      if (this.#error) throw this.#error.reason;
    } while (!this.#ending.aborted && (await this.#takeOver()));
  }

  /** Follows tasks of a scheduler, each of which runs this search, and sees to it that there are as many as are of use. */
  async #follow(plan: FollowedSearch, whole: readonly Trial[]): Promise<void> {
    const { launcher } = plan;
    if (this.#options.which === 'failed') await this.#reopenFailed();
    const firsts = this.#searches.map(({ configurations: [first] }) => first?.id);
    const name = `search ${firsts.join(' ')}`;
    const fleet = await SharedFleet.open(launcher, { name, plan: whole });
    while (!this.#ending.aborted) {
      for (const [trial, epoch] of await this.#lookAtAll()) await this.#report(plan, trial, epoch);
      await this.#tell();
      const openCount = this.#list().filter(({ isGuess }) => !isGuess).length;
      if (openCount === 0) return;
      await fleet.provide(openCount);
      if (launcher.leaves) return;
      await rest(plan);
    }
    await launcher.stop();
  }

  /** Its tasks would take a failure for what there is to know. */
  async #reopenFailed(): Promise<void> {
    for (const trial of this.#searches.flatMap(({ configurations }) => configurations)) {
      this.#tried.add(trial.id);
      const { status } = await this.#options.store.look(trial);
      if (status === 'failed') await this.#options.store.setAside(trial, 'result');
    }
    await this.#lookAtAll();
  }

  async #report(plan: FollowedSearch, trial: Trial, epoch: number): Promise<void> {
    const { store, reporter, whenFailed } = this.#options;
    const stored = await store.look(trial);
    if (!('result' in stored)) return reporter.paused(trial, epoch);
    reporter.ended(trial, stored.result);
    if (stored.status === 'failed' && whenFailed === 'stop') plan.end();
  }

  /**
   * A task ends where others have all that is to be done, but not before it is clear that they live: of a machine that failed,
   * only silence tells. Returns whether something came free in that time.
   */
  async #takeOver(): Promise<boolean> {
    const { summary, store } = this.#options;
    const steps = this.#list().filter(({ trial }) => this.#elsewhere.has(trial.id));
    if (summary !== 'left' || steps.length === 0) return false;
    const patience = AbortSignal.timeout(silenceShare * 1000 * leaseSeconds({}));
    const signal = AbortSignal.any([this.#ending, patience]);
    const free = await Promise.all(
      steps.map(async ({ trial }) => {
        const lease = await acquireLease(store.folderOf(trial), { signal }).catch((error) => {
          if (!signal.aborted) throw error;
        });
        await lease?.release();
        return lease !== undefined && this.#elsewhere.delete(trial.id);
      }),
    );
    await this.#lookAtAll();
    return free.includes(true);
  }

  #list(): OpenStep[] {
    return this.#searches.flatMap((search) => {
      if (rankFinalists(search.scores, search.search)) return [];
      const steps = listSteps(search.scores, search.search);
      return steps.map((step) => ({
        ...step,
        search,
        trial: search.configurations[step.configuration] as Trial,
      }));
    });
  }

  /** Returns a step for a free place; nothing where there is none to take now. */
  async #next(plan: RunningPlan): Promise<OpenStep | undefined> {
    const leaves = this.#options.whenInUse === 'leave';
    for (;;) {
      if (this.#ending.aborted) return undefined;
      const steps = this.#list().filter(
        ({ trial, isGuess }) => !this.#running.has(trial.id) && !(leaves && isGuess),
      );
      const own = steps.find(({ trial }) => !this.#elsewhere.has(trial.id));
      // Another runner's is waited for when there is nothing else to do.
      const step = own ?? (this.#running.size === 0 && !leaves ? steps[0] : undefined);
      if (!step) return undefined;
      if (this.#running.size >= (await countPlaces(plan, step))) return undefined;
      // Another runner may have come further.
      if (!(await this.#look(step.search, step.configuration))) return step;
    }
  }

  #begin() {
    const trials = this.#searches.flatMap(({ configurations }) => configurations);
    const results = createPlanResults(trials, async () => {});
    const left = new Set(trials.map(({ id }) => id));
    const untilEpoch = ({ id }: Trial) => this.#until.get(id);
    const running = beginPlan({ ...this.#options, untilEpoch }, { results, left });
    this.#ending = running.ending;
    return running;
  }

  #start(plan: RunningPlan, step: OpenStep): void {
    const { trial, search, rung } = step;
    const epochs = listRungEpochs(trial.experiment);
    this.#until.set(trial.id, rung < epochs.length - 1 ? epochs[rung] : undefined);
    search.begun.add(trial.id);
    const fail = (reason: unknown) => {
      this.#error ??= { reason };
      plan.end();
    };
    const both = [this.#take(plan, step).catch(fail), this.#tell().catch(fail)];
    const taking = Promise.all(both).finally(() => this.#running.delete(trial.id));
    this.#running.set(trial.id, taking);
  }

  async #take(plan: RunningPlan, { trial, search, configuration }: OpenStep): Promise<void> {
    await this.#train(plan, trial);
    this.#tried.add(trial.id);
    for (const one of this.#searches) await this.#lookElsewhere(one);
    if (await this.#look(search, configuration)) await this.#tell();
    // It was handed over.
    else if (this.#options.whenInUse === 'leave') this.#elsewhere.add(trial.id);
  }

  async #train(plan: RunningPlan, trial: Trial): Promise<void> {
    if (this.#elsewhere.delete(trial.id)) return runWhenFree(plan, trial);
    const inUse: Trial[] = [];
    await runIfFree(plan, trial, inUse);
    for (const { id } of inUse) this.#elsewhere.add(id);
  }

  /** Returns the configurations that have come to another rung, with its epoch. */
  async #lookAtAll(): Promise<[Trial, number][]> {
    const further: [Trial, number][] = [];
    for (const search of this.#searches) {
      for (const [index, trial] of search.configurations.entries()) {
        if (!(await this.#look(search, index))) continue;
        const rung = (search.scores[index]?.length ?? 0) - 1;
        further.push([trial, listRungEpochs(trial.experiment)[rung] ?? 0]);
      }
    }
    return further;
  }

  /** Takes what is stored of a configuration; returns whether it has come to another rung. */
  async #look(search: OpenSearch, index: number): Promise<boolean> {
    const trial = search.configurations[index] as Trial;
    const stored = await this.#read(trial);
    const before = search.scores[index]?.length ?? 0;
    const scores = scoreRungs(stored, listRungEpochs(trial.experiment));
    search.scores[index] = scores;
    if ('result' in stored || stored.history.length > 0) search.begun.add(trial.id);
    return scores.length > before;
  }

  async #lookElsewhere(search: OpenSearch): Promise<void> {
    for (const [index, { id }] of search.configurations.entries()) {
      if (this.#elsewhere.has(id) && (await this.#look(search, index))) this.#elsewhere.delete(id);
    }
  }

  async #read(trial: Trial): Promise<StoredTraining> {
    const { store, which } = this.#options;
    const stored = await store.look(trial);
    const isOpen = stored.status === 'failed' && which === 'failed' && !this.#tried.has(trial.id);
    if ('result' in stored) return isOpen ? { history: stored.result.history } : stored;
    const isBegun = stored.status === 'partial';
    return { history: isBegun ? await store.readHistory(trial) : [] };
  }

  /** One after the other: what was known before must not be written last. */
  #tell(): Promise<void> {
    const telling = this.#told.then(async () => {
      const records = this.#searches.map(recordSearch);
      await this.#options.store.writeSearches(records);
      await this.#options.searched(records);
    });
    this.#told = telling.catch(() => {});
    return telling;
  }
}

/** What is sure to be wanted may wait for a worker; a guess is for one that would idle. */
async function countPlaces({ launcher }: RunningPlan, { isGuess }: OpenStep): Promise<number> {
  const places = isGuess ? await launcher.countPlaces?.() : undefined;
  // Workers may be yet to come.
  return places === undefined ? launcher.slots.length : Math.max(1, places);
}
