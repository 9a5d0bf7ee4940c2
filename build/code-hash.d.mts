export interface CodeHashes {
  readonly core: string;
  readonly stages: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, string>>;
}

export function hashCodeUnder(folder: string): CodeHashes;

export function normaliseCode(text: string): { readonly code: string; readonly imports: string[] };
