import { CommanderError } from 'commander';
import { listLoadedPlugins, toPluginError } from '../experiment/plugins/plugin-code.js';
import { toLimitError } from '../storage/machine-limits.js';
import { type ExitCode, exitCodes, renderHint, UserError } from '../user-error.js';
import { renderLine } from '../visible-text.js';

/** What an error leaves to print and the code that the process ends with. */
export interface ErrorReport {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Renders an error: a sentence and a hint where the user can mend it, a stack where we must. */
export function renderError(error: unknown): ErrorReport {
  if (error instanceof CommanderError) return renderUsageError(error);
  const known =
    error instanceof UserError
      ? error
      : (toLimitError(error) ?? toFolderError(error) ?? toPluginError(error));
  if (known) {
    const hint = known.hint ? `${renderHint(known.hint)}\n` : '';
    return { text: `${known.message}\n${hint}`, exitCode: known.exitCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split('\n').map(renderLine);
  return {
    text: `${lines.join('\n')}\n${renderPlugins()}This is a bug in prep-lab: please report it with the lines above.\n`,
    exitCode: exitCodes.bug,
  };
}

/** What every relative path ends in once someone has removed the current folder. */
function toFolderError(error: unknown): UserError | undefined {
  if ((error as NodeJS.ErrnoException | undefined)?.syscall !== 'uv_cwd') return undefined;
  return new UserError('The current folder is not there any more.', {
    hint: 'change to another one: cd.',
    cause: error,
  });
}

/** A plug-in can do harm that no stack tells of. */
function renderPlugins(): string {
  const plugins = listLoadedPlugins().map((file) => `"${file}"`);
  if (plugins.length === 0) return '';
  return `See first whether it happens without the plug-in ${plugins.join(', ')}.\n`;
}

/** Commander's words are "error: unknown command 'rum'" and, on a second line, "(Did you mean run?)". */
function renderUsageError({ code, exitCode, message }: CommanderError): ErrorReport {
  // Help and version were printed already.
  if (exitCode === 0) return { text: '', exitCode: exitCodes.done };
  if (code === 'commander.help') return { text: '', exitCode: exitCodes.usage };
  const meant = /\n\(Did you mean (.*)\?\)$/.exec(message)?.[1];
  const said = message.replace(/^error: /, '').replace(/\n\(Did you mean .*\?\)$/, '');
  // Some of commander's sentences have a full stop, and what an option's parser says follows after one.
  const sentence = renderLine(shortenQuoted(said))
    .replace(/\.+$/, '')
    .replace(/ is invalid\. (.)/, (_, letter: string) => ` is invalid: ${letter.toLowerCase()}`);
  const hint = meant ? `did you mean ${meant}?` : 'add --help to see what there is.';
  return {
    text: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.\nHint: ${hint}\n`,
    exitCode: exitCodes.usage,
  };
}

/** Longest argument that is quoted whole: the shell may have put a file in. */
const longestQuote = 100;

/** Where commander quotes what it was given. */
const quoted = /(?<=argument ').*(?=' is invalid\. )|(?<=unknown (?:option|command) ').*(?='$)/s;

function shortenQuoted(sentence: string): string {
  return sentence.replace(quoted, (given) =>
    given.length > longestQuote
      ? `${given.slice(0, longestQuote)}... (${given.length.toLocaleString('en-US')} characters)`
      : given,
  );
}
