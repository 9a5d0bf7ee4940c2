import envPaths from 'env-paths';

/**
 * Returns the folder that holds the engine and the data for all checkouts: `PREP_LAB_CACHE` if set, else the
 * platform's cache folder (`$XDG_CACHE_HOME/prep-lab` or `~/.cache/prep-lab` on Linux). It may not exist yet.
 */
export function cacheFolder(): string {
  return process.env.PREP_LAB_CACHE || envPaths('prep-lab', { suffix: '' }).cache;
}
