import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withOptunaLock } from '../../storage/optuna-lock.js';
import { asWriteError } from '../../storage/storage-error.js';
import { quote } from '../../text/quote.js';
import { UserError } from '../../user-error.js';
import type { PlannedSearch } from '../plan/planned-search.js';
import type { SearchRecord } from '../store/search-file.js';
import {
  hasEnded,
  JournalStudies,
  type JournalStudy,
  type JournalTrial,
} from './journal-studies.js';
import { maximize, parseOperation, trialStates } from './operation.js';
import { createSpace, type Parameter } from './space.js';

/** A journal of Optuna that searches are also written to. */
export interface OptunaJournal {
  /** Adds what searches have found and the journal does not have yet, whoever wrote to it. @throws UserError */
  write(records: readonly SearchRecord[]): Promise<void>;
}

export interface JournalOptions {
  readonly file: string;
  readonly searches: readonly PlannedSearch[];
  /** The results folder, which each trial's attributes name. */
  readonly out: string;
}

/**
 * Opens a journal, makes it if needed, and begins a study for each search, or goes on with it.
 * @throws UserError where the file is no journal, has another study of that name, or cannot be written.
 */
export async function openOptunaJournal(options: JournalOptions): Promise<OptunaJournal> {
  const journal = new JournalFile(options.file);
  const spaces = new Map(options.searches.map(({ name, search }) => [name, createSpace(search)]));
  await journal.extend((entries) => {
    for (const search of options.searches) {
      const study = entries.studies.find(search.name);
      if (study) requireSameSearch(study, search, options.file);
      else entries.add(0, { study_name: search.name, directions: [maximize] });
    }
  });
  return {
    write: (records) =>
      journal.extend((entries) => {
        for (const record of records) {
          const space = spaces.get(record.experiment);
          if (space) addSearch(entries, record, { space, out: options.out });
        }
      }),
  };
}

/** What a journal holds, and what is added to it. */
class Entries {
  readonly studies = new JournalStudies();
  /** How many bytes of the file were read. */
  byteCount = 0;
  #lines: string[] = [];
  readonly #worker = `prep-lab-${randomUUID()}`;

  add(operation: number, content: object): void {
    const line = JSON.stringify({ op_code: operation, worker_id: this.#worker, ...content });
    this.#lines.push(line);
    this.apply(line);
  }

  /** Returns whether it is a line of a journal. */
  apply(line: string): boolean {
    const operation = parseOperation(line);
    if (operation) this.studies.apply(operation);
    return operation !== undefined;
  }

  /** Returns the lines that were added since. */
  take(): string {
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    this.byteCount += Buffer.byteLength(text);
    return text;
  }
}

/** The file of a journal. Others may write to it at the same time. */
class JournalFile {
  readonly #file: string;
  #entries = new Entries();

  constructor(file: string) {
    this.#file = file;
  }

  /** Reads what was added to the file, and adds to it, while nobody else writes. */
  async extend(change: (entries: Entries) => void): Promise<void> {
    try {
      await withOptunaLock(this.#file, async () => {
        const handle = await open(this.#file, 'a+');
        try {
          await this.#read(handle);
          change(this.#entries);
          const text = this.#entries.take();
          if (text === '') return;
          await handle.writeFile(text);
          await handle.sync();
        } finally {
          await handle.close();
        }
      });
    } catch (error) {
      // What of it is in the file, the next one reads.
      this.#entries = new Entries();
      throw asWriteError(error, this.#file);
    }
  }

  async #read(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    // It was deleted, and begun anew.
    if (size < this.#entries.byteCount) this.#entries = new Entries();
    const { byteCount } = this.#entries;
    const { buffer } = await handle.read(Buffer.alloc(size - byteCount), { position: byteCount });
    const whole = buffer.subarray(0, buffer.lastIndexOf('\n') + 1);
    const rest = buffer.subarray(whole.length).toString('utf8');
    for (const [index, line] of whole.toString('utf8').split('\n').slice(0, -1).entries()) {
      if (!this.#entries.apply(line))
        throw noJournal(this.#file, line, byteCount === 0 ? index + 1 : undefined);
    }
    this.#entries.byteCount += whole.length;
    if (rest === '') return;
    if (!rest.startsWith(lineStart.slice(0, rest.length))) throw noJournal(this.#file, rest);
    // Its writer died in the midst of it, and what is added would make one line with it.
    await handle.truncate(this.#entries.byteCount);
  }
}

const otherFile = 'name another file with --optuna; one that is not there is made.';

/** As Optuna and prep-lab begin each line. */
const lineStart = '{"op_code":';

function noJournal(file: string, line: string, number?: number): UserError {
  const where = number === undefined ? 'a line' : `line ${number}`;
  return new UserError(
    `"${file}" is no journal of Optuna: ${where} must be an operation as JSON, received ${quote(line)}.`,
    { hint: otherFile },
  );
}

function requireSameSearch(study: JournalStudy, search: PlannedSearch, file: string): void {
  const refuse = (what: string) => {
    throw new UserError(`"${file}" has a study ${quote(study.name)} of another search: ${what}.`, {
      hint: otherFile,
    });
  };
  if (!isDeepStrictEqual(study.directions, [maximize])) refuse('it does not maximize');
  const ids = new Set<unknown>(search.configurations.map(({ id }) => id));
  const space = createSpace(search.search);
  for (const [number, trial] of study.trials.entries()) {
    if (!ids.has(trial.userAttributes.get('id'))) {
      refuse(`its trial ${number} is no configuration of this run's search`);
    }
    const other = findOther(trial, space);
    if (other !== undefined) refuse(`${quote(other)} has other values there`);
  }
}

/** Returns a parameter that a trial has over other values. */
function findOther({ distributions }: JournalTrial, space: ReadonlyMap<string, Parameter>) {
  const paths = new Set([...distributions.keys(), ...space.keys()]);
  return [...paths].find((path) => {
    return !isDeepStrictEqual(distributions.get(path), space.get(path)?.distribution);
  });
}

interface StudyPlace {
  readonly space: ReadonlyMap<string, Parameter>;
  readonly out: string;
}

/** Adds what a search has found. */
function addSearch(entries: Entries, record: SearchRecord, place: StudyPlace): void {
  const name = record.experiment;
  if (!entries.studies.find(name)) entries.add(0, { study_name: name, directions: [maximize] });
  const study = entries.studies.find(name);
  if (!study) return;
  const trials = new Map(study.trials.map((trial) => [trial.userAttributes.get('id'), trial]));
  for (const configuration of record.configurations) {
    const scores = listScores(configuration);
    let trial = trials.get(configuration.id);
    // What has failed and came further since is another trial: Optuna's do not change when they have ended.
    const isAgain = trial?.state === trialStates.failed && scores.size > trial.steps.size;
    if ((!trial || isAgain) && configuration.state !== 'waiting') {
      addTrial(entries, study, { configuration, ...place });
      trial = study.trials.at(-1);
    }
    // Another runner may know more.
    if (!trial || hasEnded(trial) || scores.size < trial.steps.size) continue;
    addProgress(entries, trial, { scores, state: configuration.state });
  }
}

type Configuration = SearchRecord['configurations'][number];

function addTrial(
  entries: Entries,
  { id }: JournalStudy,
  { configuration, space, out }: StudyPlace & { readonly configuration: Configuration },
): void {
  const written = new Map(configuration.changes.map(({ path, value }) => [path, value]));
  const parameters = [...space].map(
    ([path, parameter]) => [path, parameter, parameter.encode(written.get(path))] as const,
  );
  entries.add(4, {
    study_id: id,
    datetime_start: renderTime(),
    state: trialStates.running,
    value: null,
    values: null,
    distributions: Object.fromEntries(
      parameters.map(([path, { distribution }]) => [path, JSON.stringify(distribution)]),
    ),
    params: Object.fromEntries(parameters.map(([path, _, value]) => [path, value])),
    user_attrs: { id: configuration.id, folder: join(resolve(out), configuration.id) },
    system_attrs: {},
    intermediate_values: {},
  });
}

/** The state in which a trial ends; nothing while it goes on. */
const endStates: Partial<Record<Configuration['state'], number>> = {
  done: trialStates.complete,
  left: trialStates.pruned,
  failed: trialStates.failed,
};

function addProgress(
  entries: Entries,
  { id, steps }: JournalTrial,
  {
    scores,
    state,
  }: Pick<Configuration, 'state'> & { readonly scores: ReadonlyMap<number, number> },
): void {
  for (const [step, value] of scores) {
    if (!steps.has(step)) entries.add(7, { trial_id: id, step, intermediate_value: value });
  }
  const end = endStates[state];
  if (end === undefined) return;
  const values = state === 'failed' ? null : [...scores.values()].slice(-1);
  entries.add(6, { trial_id: id, state: end, values, datetime_complete: renderTime() });
}

/** Returns the scores of a configuration by the epochs of its rungs. */
function listScores({ epochs, validationAccuracies }: Configuration): ReadonlyMap<number, number> {
  return new Map(validationAccuracies.map((score, rung) => [epochs[rung] ?? 0, score]));
}

/** Returns the time of now as Python reads it before 3.11, too. */
function renderTime(): string {
  return new Date().toISOString().replace('Z', '+00:00');
}
