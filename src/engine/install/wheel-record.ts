/**
 * Returns the SHA-256 (base64url, without padding) of each member that RECORD states one for.
 * Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function parseRecord(text: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    // A path that holds a comma is quoted; quotes in it are doubled.
    const found = /^(?:"((?:[^"]|"")*)"|([^",]*)),sha256=([\w-]+)=*,\d*$/.exec(line);
    const path = found?.[1]?.replaceAll('""', '"') ?? found?.[2];
    if (path && found?.[3]) hashes.set(path, found[3]);
  }
  return hashes;
}
