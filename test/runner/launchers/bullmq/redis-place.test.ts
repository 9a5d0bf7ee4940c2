import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import {
  parseRedisUrl,
  readRedisPlace,
  unreachable,
} from '../../../../src/runner/launchers/bullmq/redis-place.js';
import { temporaryFolder } from '../../../temporary-folder.js';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['redis://node-1', { host: 'node-1', port: 6379, db: 0 }],
  ['redis://me@node-1:7000/3', { host: 'node-1', port: 7000, db: 3, username: 'me' }],
  ['redis://[::1]:7000/', { host: '::1', port: 7000, db: 0 }],
  [
    'rediss://me:p%40ss@node-1',
    {
      host: 'node-1',
      port: 6379,
      db: 0,
      username: 'me',
      password: 'p@ss',
      tls: { servername: 'node-1' },
    },
  ],
  ['rediss://[::1]', { host: '::1', port: 6379, db: 0, tls: {} }],
])('%s is a place', (url, place) => {
  expect(parseRedisUrl(url)).toEqual(place);
});

test.each(['node-1:6379', 'http://node-1', 'redis://', 'redis://node-1/x', 'redis://:geheim@'])(
  '%s is none, and is not repeated: it may hold a password',
  (url) => {
    expect(() => parseRedisUrl(url)).toThrow(
      '--redis must be a URL such as redis://host:6379/0, or rediss:// for TLS.',
    );
  },
);

test('A password on the command line is refused, and not repeated', async () => {
  const error = await readRedisPlace('redis://:geheim@node-1').catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    message: '--redis must not hold a password: every user of this machine can read it.',
    hint: 'set PREP_LAB_REDIS_PASSWORD, or write the URL into a file that only you can read and give --redis file:PATH.',
  });
});

test('A password comes from the file of the URL, or from the environment', async () => {
  const file = join(await temporaryFolder(), 'redis.url');
  await writeFile(file, 'redis://:geheim@node-1\n');
  expect(await readRedisPlace(`file:${file}`)).toMatchObject({
    host: 'node-1',
    password: 'geheim',
  });
  vi.stubEnv('PREP_LAB_REDIS_PASSWORD', 'other');
  expect(await readRedisPlace('redis://node-1')).toMatchObject({ password: 'other' });
  await expect(readRedisPlace(`file:${file}.not`)).rejects.toThrow('cannot be read (ENOENT).');
});

test.each([
  ['redis://node-1', 'NOAUTH Authentication required.', /^set PREP_LAB_REDIS_PASSWORD;/],
  ['rediss://node-1', 'self-signed certificate in certificate chain', /NODE_EXTRA_CA_CERTS=ca.pem/],
  ['redis://node-1', 'read ECONNRESET', /^it may speak TLS: .* rediss:/],
  [
    'rediss://node-1',
    'Client network socket disconnected before secure TLS connection was established',
    /^it may speak no TLS: .* redis:/,
  ],
  ['redis://node-1', 'connect ECONNREFUSED 127.0.0.1:6379', /^start it /],
])('What to do where %s says "%s"', (url, said, hint) => {
  expect(unreachable(parseRedisUrl(url), new Error(said))).toMatchObject({
    message: `Redis at node-1:6379 cannot be used: ${said.replace(/\.$/, '')}.`,
    hint: expect.stringMatching(hint),
    exitCode: 6,
  });
});
