/** Control characters, of which XML 1.0 forbids most, half characters and non-characters. */
const forbidden = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Replaces the characters that no XML may hold, not even escaped: some that write XML let them pass. */
export function replaceForbidden(text: string): string {
  return text.replace(forbidden, '?');
}

/** Returns text that can stand in XML or HTML, also inside of an attribute's quotation marks. */
export function escapeXml(text: string): string {
  return replaceForbidden(text).replace(/[&<>"']/g, (character) => entities[character] as string);
}
