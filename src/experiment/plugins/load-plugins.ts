import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addStage } from '../../stages/list.js';
import { withSchedule } from '../../stages/schedule.js';
import { UserError } from '../../user-error.js';
import { type Catalogue, type PluginOrigin, shippedCatalogue } from '../catalogue.js';
import { watchBuiltIns } from './built-ins.js';
import { shippedLaunchers } from './define-launcher.js';
import {
  type Definition,
  findDefinitionFault,
  guardLauncher,
  guardModel,
  guardStage,
  isDefinition,
} from './guard-definition.js';
import { findPlace, runPluginCode } from './plugin-code.js';
import { registerSelfImport } from './self-import.js';

/**
 * Returns the shipped catalogue together with the stages, models and launchers that the plug-ins export.
 * @param files ES modules, relative to the current folder.
 * @throws UserError for the first plug-in that does not load or does not fit.
 */
export async function loadPlugins(files: readonly string[]): Promise<Catalogue> {
  let catalogue = shippedCatalogue();
  if (files.length === 0) return catalogue;
  registerSelfImport();
  // Most runs have no plug-in, and need no lexer.
  const { hashPlugin } = await import('./hash-plugin.js');
  const distinct = new Map(files.map((file) => [resolve(file), file]));
  for (const file of distinct.values()) {
    const definitions = await loadDefinitions(file);
    const origin = { file, sha256: await hashPlugin(resolve(file)) };
    for (const definition of definitions) catalogue = addTo(catalogue, definition, origin);
  }
  return catalogue;
}

async function loadDefinitions(file: string): Promise<Definition[]> {
  const module = await importPlugin(file);
  // A stage may be exported by name and as the default.
  const definitions = [...new Set(Object.values(module))].filter(isDefinition);
  if (definitions.length > 0) return definitions;
  throw new UserError(
    `${file}: the plug-in must export a stage, a model or a launcher, received none.`,
    {
      hint: 'write export const mine = defineStage({ ... }), as in docs/plugins.md.',
    },
  );
}

async function importPlugin(file: string): Promise<object> {
  const path = resolve(file);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError(`${file}: there is no such file.`, {
      hint: 'give the path of an ES module, relative to the current folder.',
    });
  }
  const restoreBuiltIns = watchBuiltIns();
  try {
    return await runPluginCode({ file, what: 'import' }, () => import(pathToFileURL(path).href));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${findPlace(error) ?? file}: the plug-in does not load: ${told(error)}.`, {
      hint: 'docs/plugins.md has an example that does.',
      cause: error,
    });
  } finally {
    requireNoneReplaced(file, restoreBuiltIns());
  }
}

function requireNoneReplaced(file: string, replaced: readonly string[]): void {
  if (replaced.length === 0) return;
  throw new UserError(`${file}: the plug-in replaces ${replaced.join(', ')}.`, {
    hint: 'leave the built-in objects as they are: Node, TensorFlow.js and prep-lab use them.',
  });
}

function addTo(catalogue: Catalogue, definition: Definition, origin: PluginOrigin): Catalogue {
  const { name, kind } = definition;
  const { file } = origin;
  const fault = findDefinitionFault(definition);
  if (fault) throw new UserError(`${file}: ${kind} "${name}" ${fault}.`);
  const known = knownOf(catalogue, kind);
  if (known.some((other) => other.name === name)) {
    throw new UserError(`${file}: there is a ${kind} "${name}" already.`, {
      hint: 'give yours another name.',
    });
  }
  if (definition.kind === 'launcher') {
    const { launchers = [] } = catalogue;
    return { ...catalogue, launchers: [...launchers, guardLauncher(definition, file)] };
  }
  const added =
    definition.kind === 'stage'
      ? withSchedule(guardStage(definition, file))
      : guardModel(definition, file);
  const origins = new Map(catalogue.origins).set(added, origin);
  return added.kind === 'model'
    ? { ...catalogue, origins, models: [...catalogue.models, added] }
    : { ...catalogue, origins, stages: addStage(catalogue.stages, added) };
}

function knownOf(
  { stages, models, launchers = [] }: Catalogue,
  kind: Definition['kind'],
): readonly { readonly name: string }[] {
  if (kind === 'launcher') return [...shippedLaunchers.map((name) => ({ name })), ...launchers];
  return kind === 'stage' ? stages : models;
}

function told(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message.replace(/\.$/, '')}`
    : String(error);
}
