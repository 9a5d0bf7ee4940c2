import { type Html, html, trustHtml } from './html.js';
import { style } from './style.js';

/** Nothing is loaded and no script runs, whatever a name holds. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Renders a page that needs no other file. */
export function renderDocument({
  title,
  body,
}: {
  readonly title: string;
  readonly body: Html;
}): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trustHtml(style)}</style>
</head>
<body>
${body}</body>
</html>
`;
  return page.text;
}
