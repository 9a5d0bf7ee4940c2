import type { Stage, StageDefinition } from '../stages/stage.js';
import { UserError } from '../user-error.js';

/** Wraps a plug-in's stage so that what it makes is checked where it is made, with the plug-in's name. */
export function guardStage(definition: StageDefinition, file: string): StageDefinition {
  const { name, create } = definition;
  return {
    ...definition,
    create(options) {
      const stage = create(options);
      const fault = findStageFault(stage);
      if (!fault) return stage;
      throw new UserError(`${file}: stage "${name}" ${fault}.`, {
        hint: 'docs/plugins.md lists what "create" must return.',
      });
    },
  };
}

function findStageFault(stage: Stage): string | undefined {
  if (stage.when !== 'always' && stage.when !== 'train') {
    return 'must have "when": "always" or "train"';
  }
  if (typeof stage.gives !== 'function') return 'must have a function "gives"';
  if (typeof stage.apply !== 'function') return 'must have a function "apply"';
  return undefined;
}
