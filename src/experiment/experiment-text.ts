import { basename } from 'node:path';
import type { Problem } from '../problem.js';
import { type ReadText, readJson } from './json.js';

/** The endings that files may have, and how their texts are read. Another, or none, is read as JSON. */
const readers: Readonly<Record<string, (text: string) => ReadText | Promise<ReadText>>> = {
  json: readJson,
  jsonc: (text) => readJson(text, 'jsonc'),
  yaml: readYamlText,
  yml: readYamlText,
};

/** Most runs have no YAML, and need no library for it. */
async function readYamlText(text: string): Promise<ReadText> {
  const { readYaml } = await import('./yaml.js');
  return readYaml(text);
}

const ending = new RegExp(`\\.(${Object.keys(readers).join('|')})$`, 'i');

/** Returns what the bytes of a file hold, named after the file where it has no name; a fault is told by line and column. */
export async function parseExperimentText(
  bytes: Uint8Array,
  file: string,
): Promise<{ readonly value: unknown } | { readonly problem: Problem }> {
  const text = decode(bytes);
  if (text === undefined) {
    return { problem: { message: 'the file is not UTF-8 text.', hint: 'save it as UTF-8.' } };
  }
  if (text.trim() === '') {
    const hint = 'docs/experiment-files.md shows the smallest experiment.';
    return { problem: { message: 'the file is empty.', hint } };
  }
  const read = readers[ending.exec(file)?.[1]?.toLowerCase() ?? 'json'] ?? readJson;
  const found = await read(text);
  if ('value' in found)
    return { value: nameAfter(found.value, basename(file).replace(ending, '')) };
  const { offset, message, hint } = found.fault;
  return {
    problem: { message: `${renderPlace(text, offset)}: ${message}.`, ...(hint && { hint }) },
  };
}

/** A byte order mark is passed over. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Both count from 1, as editors do. */
function renderPlace(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

/** Returns an experiment with a name, its own where it has one. */
export function nameAfter(written: unknown, name: string): unknown {
  const isObject = typeof written === 'object' && written !== null && !Array.isArray(written);
  return isObject && !('name' in written) ? { ...written, name } : written;
}
