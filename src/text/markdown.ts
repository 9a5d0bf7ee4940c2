/**
 * Escapes what GitHub would read as a table's border, markup, HTML or a link, and parts what would call a person or an
 * issue by name. Line breaks, which a table row could not hold, are gone already: see `toPlainText`.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_~|<>$]/g, '\\$&')
    .replace(/\](?=[([:])/g, '\\]')
    .replace(/([@#])(?=\w)/g, '$1\u200b');
}
