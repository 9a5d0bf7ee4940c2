import { stages } from '../../src/stages/list.js';
import type { Stage, StageDefinition } from '../../src/stages/stage.js';

interface Options {
  readonly name: string;
  readonly [key: string]: unknown;
}

/** Makes a shipped stage from its options as an experiment file has them. */
export function createListedStage(options: Options): Stage {
  const definition = findDefinition(options);
  return definition.create(definition.options.parse(options));
}

/** Returns what is wrong with a shipped stage's options. */
export function listProblems(options: Options): string[] {
  const { error } = findDefinition(options).options.safeParse(options);
  return error?.issues.map(({ message }) => message) ?? [];
}

function findDefinition({ name }: Options): StageDefinition {
  return stages.find((definition) => definition.name === name) as StageDefinition;
}
