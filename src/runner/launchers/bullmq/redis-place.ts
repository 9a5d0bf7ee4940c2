import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { exitCodes, UserError } from '../../../user-error.js';

/** Where a Redis is, and what it asks for. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** Set for rediss: the connection is encrypted, and the server's certificate checked. An address has no server name. */
  readonly tls?: { readonly servername?: string };
}

/** The variable with the password. */
const passwordVariable = 'PREP_LAB_REDIS_PASSWORD';

const defaultPort = 6379;

/**
 * Reads where Redis is: a URL, or "file:" and the path of a file with one. A password comes from that file or from
 * `PREP_LAB_REDIS_PASSWORD`: what stands on a command line, every user of the machine can read.
 * @throws UserError
 */
export async function readRedisPlace(text: string): Promise<RedisPlace> {
  const path = /^file:(?:\/\/)?(.+)$/.exec(text)?.[1];
  const place = parseRedisUrl(path === undefined ? text : await readUrl(path));
  if (path === undefined && place.password !== undefined) {
    throw new UserError(
      '--redis must not hold a password: every user of this machine can read it.',
      {
        hint: `set ${passwordVariable}, or write the URL into a file that only you can read and give --redis file:PATH.`,
      },
    );
  }
  const password = process.env[passwordVariable] ?? place.password;
  return { ...place, ...(password !== undefined && { password }) };
}

async function readUrl(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`"${path}", the file of --redis, cannot be read (${error.code}).`, {
      hint: 'it holds one line such as rediss://user:password@host:6379/0.',
      cause: error,
    });
  });
  return text.trim();
}

/** Parses "redis://user@host:6379/0". Errors never repeat it: it may hold a password. @throws UserError */
export function parseRedisUrl(text: string): RedisPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  const db = url?.pathname.replace(/^\/$/, '/0') || '/0';
  if (!url || !isRedis || url.hostname === '' || !/^\/\d+$/.test(db)) {
    throw new UserError(
      '--redis must be a URL such as redis://host:6379/0, or rediss:// for TLS.',
      {
        hint: 'the number at the end is the database: 0 if left out.',
      },
    );
  }
  const { username, password, port, protocol } = url;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: port === '' ? defaultPort : Number(port),
    db: Number(db.slice(1)),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: isIP(host) ? {} : { servername: host } }),
  };
}

/** Returns the error for a Redis that cannot be used. */
export function unreachable(place: RedisPlace, cause: unknown): UserError {
  const said =
    cause instanceof Error
      ? cause.message || String((cause as { code?: unknown }).code)
      : String(cause);
  const message = `Redis at ${place.host}:${place.port} cannot be used: ${said.replace(/\.$/, '')}.`;
  return new UserError(message, {
    hint: hintAt(place, said),
    cause,
    exitCode: exitCodes.engine,
  });
}

function hintAt({ tls }: RedisPlace, said: string): string {
  if (/AUTH|WRONGPASS/.test(said)) {
    return `set ${passwordVariable}; a user name goes into the URL.`;
  }
  if (/certificate/i.test(said)) {
    return 'trust a certificate of your own with NODE_EXTRA_CA_CERTS=ca.pem, and name the host as the certificate does.';
  }
  if (/ECONNRESET|secure TLS/.test(said)) {
    return `it may speak ${tls ? 'no TLS: then its URL begins with redis://' : 'TLS: then its URL begins with rediss://'}.`;
  }
  return 'start it (redis-server), and see that a firewall lets this machine reach it.';
}
