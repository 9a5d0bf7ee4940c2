import { exitCodes, UserError } from '../../user-error.js';
import { compareVersions, fitsVersions, normaliseName, type Requirement } from './requirement.js';
import { parseWheelName, runsHere } from './wheel-name.js';

/** A wheel as a package index offers it. */
export interface OfferedWheel {
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes?: number;
}

/** Returns the address of the package index: `PREP_LAB_INDEX`, else PyPI's. */
function packageIndex(): string {
  return (process.env.PREP_LAB_INDEX || 'https://pypi.org/simple').replace(/\/+$/, '');
}

/**
 * Asks the package index for the newest wheel that fits and runs here.
 * Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/#json-based-simple-api
 * @throws UserError (engine)
 */
export async function findOffer(requirement: Requirement): Promise<OfferedWheel> {
  const url = `${packageIndex()}/${normaliseName(requirement.name)}/`;
  const offers = parseOffers(await askIndex(url), url);
  const chosen = chooseWheel(offers, requirement);
  if (chosen) return chosen;
  const name = requirement.name + requirement.versions;
  throw new UserError(
    `${url} offers no wheel of "${name}" for ${process.platform} on ${process.arch}.`,
    { hint: helpWithoutIndex, exitCode: exitCodes.engine },
  );
}

/** Returns the wheel with the highest version that fits, with the newest Python it is made for. */
export function chooseWheel(
  offers: readonly OfferedWheel[],
  requirement: Requirement,
): OfferedWheel | undefined {
  const fitting = offers.flatMap((offer) => {
    const name = parseWheelName(offer.file);
    return name && runsHere(name) && fitsVersions(name.version, requirement.versions)
      ? [{ offer, version: name.version }]
      : [];
  });
  fitting.sort((a, b) => compareVersions(b.version, a.version));
  return fitting[0]?.offer;
}

/** Reads the index's answer; withdrawn files and files without a SHA-256 are left out. */
export function parseOffers(answer: unknown, url: string): OfferedWheel[] {
  const files = (answer as { files?: unknown } | null)?.files;
  if (!Array.isArray(files)) {
    throw new UserError(`${url} must answer with a list of files, received something else.`, {
      hint: helpWithoutIndex,
      exitCode: exitCodes.engine,
    });
  }
  return (files as OfferedFile[]).flatMap((file) => {
    const sha256 = file.hashes?.sha256;
    if (!file.filename || !file.url || !sha256 || file.yanked) return [];
    const bytes = file.size;
    return [
      {
        file: file.filename,
        url: new URL(file.url, url).href,
        sha256,
        ...(bytes !== undefined && { bytes }),
      },
    ];
  });
}

interface OfferedFile {
  readonly filename?: string;
  readonly url?: string;
  readonly hashes?: { readonly sha256?: string };
  readonly size?: number;
  /** A reason, or a boolean. */
  readonly yanked?: string | boolean;
}

const helpWithoutIndex =
  'Check the network and the proxy, or install pip, which knows both; or give a TensorFlow of your own: prep-lab setup --tensorflow FOLDER.';

async function askIndex(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/vnd.pypi.simple.v1+json' },
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim());
    return await response.json();
  } catch (error) {
    throw new UserError(`pip was not found, and ${url} cannot be read (${reasonOf(error)}).`, {
      hint: helpWithoutIndex,
      exitCode: exitCodes.engine,
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
