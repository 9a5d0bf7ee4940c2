import { styleText } from 'node:util';

/** What a text is to its reader. Colours only underline what the words say. */
export type Tone = 'good' | 'bad' | 'warning' | 'muted' | 'strong';

/** Gives a text the look of a tone, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const styles = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  muted: 'dim',
  strong: 'bold',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

/** Leaves every text as it is: for files, pipes and tests. */
export const plainPaint: Paint = (_, text) => text;

/** Paints with the terminal's own colours. */
export const colourPaint: Paint = (tone, text) =>
  styleText(styles[tone], text, { validateStream: false });

/** What tells whether a stream shows colours. */
interface ColourStream {
  readonly isTTY?: boolean;
  hasColors?(env: object): boolean;
}

/** Returns how to paint for a stream: as FORCE_COLOR says, else as NO_COLOR says, else as the terminal can. */
export function choosePaint(stream: ColourStream, env: NodeJS.ProcessEnv = process.env): Paint {
  const { FORCE_COLOR: forced, NO_COLOR: none } = env;
  if (forced !== undefined) return /^(0|false)$/.test(forced) ? plainPaint : colourPaint;
  if (none !== undefined && none !== '') return plainPaint;
  return stream.isTTY && stream.hasColors?.(env) ? colourPaint : plainPaint;
}
