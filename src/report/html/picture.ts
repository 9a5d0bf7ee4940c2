import type { Picture } from './evidence.js';
import { type Html, html } from './html.js';

/** Renders a picture with its bytes inside of the page. */
export function renderPicture({ png, width, height, alt }: Picture, className: string): Html {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return html`<img class="${className}" src="${source}" width="${width}" height="${height}" alt="${alt}">`;
}
