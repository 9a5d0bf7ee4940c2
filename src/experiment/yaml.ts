import { type Document, parseDocument, visit, type YAMLError } from 'yaml';
import { quote } from '../text/quote.js';
import { deepestNesting, type ReadText, type TextFault } from './json.js';

/** Reads a YAML 1.2 text of one document. Tags of other programs are faults: JSON could not hold what they mean. */
export function readYaml(text: string): ReadText {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  const [error] = [...document.errors, ...document.warnings];
  if (error) return { fault: explainError(error, text) };
  try {
    const value: unknown = document.toJS();
    return isDeeper(value, deepestNesting) ? { fault: tooDeep } : { value };
  } catch (thrown) {
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return { fault: explainAlias(thrown, document) };
  }
}

const tooDeep: TextFault = {
  offset: 0,
  message: `expected at most ${deepestNesting} levels of nesting`,
};

/** An anchor that holds itself has no end. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Of an alias without its anchor, or of aliases of aliases that would fill the memory. */
function explainAlias({ message }: ReferenceError, document: Document): TextFault {
  const name = /^Unresolved alias .*: (.+)$/.exec(message)?.[1];
  let offset = 0;
  visit(document, {
    Alias(_, { source, range }) {
      if (name !== undefined && source !== name) return undefined;
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  if (name === undefined) return { offset, message: 'expected fewer aliases' };
  return { offset, message: `there is no anchor ${quote(`&${name}`)} before its alias` };
}

function explainError({ code, message, pos: [offset, end] }: YAMLError, text: string): TextFault {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { offset, message: `the key ${quote(text.slice(offset, end))} is given twice` };
    case 'MULTIPLE_DOCS':
      return {
        offset,
        message: 'expected one document, received several',
        hint: 'give each experiment a file.',
      };
    case 'TAB_AS_INDENT':
      return {
        offset,
        message: 'expected spaces, received a tab',
        hint: 'YAML indents with spaces only.',
      };
    default:
      return {
        offset,
        message: message
          .replace(/\.$/, '')
          .replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase()),
      };
  }
}
