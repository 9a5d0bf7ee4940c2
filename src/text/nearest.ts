import leven from 'leven';

/** A name that is off by more than this share of its letters was hardly meant; one letter always may be. */
const largestShareOfEdits = 0.35;

/** Returns the candidate that was most likely meant, or nothing where none is near. Ignores case, hyphens and spaces. */
export function findNearest(given: string, candidates: readonly string[]): string | undefined {
  const wanted = simplify(given);
  // Longer than any real name: comparing it would only cost time.
  if (wanted.length === 0 || wanted.length > 64) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: countEdits(wanted, simplify(candidate)) }))
    .filter(({ candidate, edits }) => edits <= allowedEdits(simplify(candidate)))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate ?? candidates.find((candidate) => contains(candidate, wanted));
}

/** Two neighbours in each other's place are one edit. */
function countEdits(given: string, candidate: string): number {
  const swapped = [...given.slice(1)].map(
    (letter, index) => given.slice(0, index) + letter + given[index] + given.slice(index + 2),
  );
  return Math.min(leven(given, candidate), ...swapped.map((text) => 1 + leven(text, candidate)));
}

/** Tells whether two names are the same but for case, hyphens and spaces. */
export function isSameName(one: string, other: string): boolean {
  return simplify(one) === simplify(other);
}

function allowedEdits(name: string): number {
  return Math.max(1, Math.floor(largestShareOfEdits * name.length));
}

function contains(candidate: string, wanted: string): boolean {
  return wanted.length >= 3 && simplify(candidate).includes(wanted);
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}
