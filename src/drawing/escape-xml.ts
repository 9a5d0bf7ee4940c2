/** Control characters that XML 1.0 forbids, and half characters. */
const forbidden = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Returns text that can stand in XML or HTML, also inside of an attribute's quotation marks. */
export function escapeXml(text: string): string {
  return text
    .replace(forbidden, '?')
    .replace(/[&<>"']/g, (character) => entities[character] as string);
}
