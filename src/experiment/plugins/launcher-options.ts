import { quote } from '../../text/quote.js';
import { UserError } from '../../user-error.js';
import { explainIssues } from '../explain-issue.js';
import { toJsonSchema } from '../json-schema.js';
import type { LauncherDefinition, LauncherPlaces } from './define-launcher.js';

/**
 * Creates a plug-in's launcher with what `--launcher-option key=value` says.
 * @throws UserError with all problems of the options
 */
export function createLauncherPlaces(
  definition: LauncherDefinition,
  texts: readonly string[],
): LauncherPlaces {
  const { name, options: schema, create } = definition;
  const given = { ...Object.fromEntries(texts.map(parseOption)), name };
  const { data, error } = schema.safeParse(given);
  if (data) return create(data);
  const context = { root: given, schema: toJsonSchema(schema) };
  const problems = explainIssues(error.issues, context);
  const keys = Object.keys(schema.shape).filter((key) => key !== 'name');
  throw new UserError(
    problems.map(({ message }) => `--launcher ${name}: ${message}`),
    { hint: `give --launcher-option key=value; its keys are ${keys.map(quote).join(', ')}.` },
  );
}

/** A value is JSON where it can be read as that, else the text itself. */
function parseOption(text: string): [string, unknown] {
  const [, key, value = ''] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || key === 'name') {
    throw new UserError(`--launcher-option ${quote(text)}: expected key=value.`, {
      hint: 'give one for each option, such as --launcher-option hosts=a,b.',
    });
  }
  try {
    return [key, JSON.parse(value)];
  } catch {
    return [key, value];
  }
}
