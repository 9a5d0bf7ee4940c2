/** One of several machines' part of a plan. Range: index 1 to count. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Parses "1/3"; nothing where the text is no part of a whole. */
export function parseShard(text: string): Shard | undefined {
  const [, index = 0, count = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= count ? { index, count } : undefined;
}
