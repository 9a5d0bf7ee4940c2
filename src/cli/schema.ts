import { Command } from 'commander';
import { createPluginOption, readCatalogue } from './shared-options.js';

const example = `
An experiment names the schema by its key "$schema"; editors then complete and check it. With --results it is the
schema of results.json and of what --export-json writes.

Examples:
  $ prep-lab schema > experiment.schema.json
  $ prep-lab schema --plugin ./my-stages.mjs > experiment.schema.json
  $ prep-lab schema --results > results.schema.json`;

/** Returns the command that prints the JSON Schema of experiment files. */
export function createSchemaCommand(): Command {
  return new Command('schema')
    .summary('print the JSON Schema of experiment files or of results')
    .description('Print the JSON Schema of experiment files, with all stages, models and defaults.')
    .option('--results', 'print the schema of results instead')
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runSchema);
}

interface SchemaFlags {
  readonly results?: boolean;
  readonly plugin: readonly string[];
}

async function runSchema({ results = false, plugin }: SchemaFlags): Promise<void> {
  const schema = results ? await createResultsSchema() : await createExperimentSchema(plugin);
  process.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
}

async function createExperimentSchema(plugin: readonly string[]): Promise<object> {
  const { createEditorSchema } = await import('../experiment/shorthands.js');
  return createEditorSchema(await readCatalogue(plugin));
}

async function createResultsSchema(): Promise<object> {
  const { toJsonSchema } = await import('../experiment/json-schema.js');
  const { resultsSchema } = await import('../results/result.js');
  return { ...toJsonSchema(resultsSchema), title: 'Results of prep-lab' };
}
