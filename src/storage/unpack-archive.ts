/**
 * Unpacks a tar archive, gzipped or not, without its topmost folder. Strictly: otherwise a file that cannot be written is
 * only a warning; and synchronously: with a full disk it stops there, instead of writing on behind the clearing.
 * @param isWanted Is asked for each path in the archive; without it all are unpacked.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  isWanted: (path: string) => boolean = () => true,
): Promise<void> {
  const { extract } = await import('tar');
  extract({ file: archive, cwd: folder, strip: 1, strict: true, sync: true, filter: isWanted });
}
