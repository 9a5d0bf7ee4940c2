import { escapeXml } from '../../text/escape-xml.js';
import type { Picture } from './evidence.js';

/** Renders a picture with its bytes inside of the page. */
export function renderPicture({ png, width, height, alt }: Picture, className: string): Html {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return html`<img class="${className}" src="${source}" width="${width}" height="${height}" alt="${alt}">`;
}

/** Text that is HTML already. Only {@link html} and {@link trustHtml} make it. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/** Makes HTML of a template: every value in it is escaped, except for HTML that was made in the same way. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const text = strings.map((string, at) => string + (at < parts.length ? render(parts[at]) : ''));
  return new Html(text.join(''));
}

/** Takes a text for HTML: for what this program drew itself. */
export function trustHtml(text: string): Html {
  return new Html(text);
}

/** Marks that change the direction of text hide what a name says. */
const invisible = /[\p{Cf}\p{Zl}\p{Zp}]/gu;

function render(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeXml(String(part).replace(invisible, '?'));
}
