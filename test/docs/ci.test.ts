import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../temporary-folder.js';

const run = promisify(execFile);

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

const action = parse(readFileSync('action.yml', 'utf8')) as {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly steps: readonly Step[] };
};
const workflow = parse(readFileSync('docs/ci/github-actions.yml', 'utf8')) as {
  readonly jobs: { readonly compare: { readonly steps: readonly Step[] } };
};

test('the workflow gives the action inputs that it has, and the action runs scripts that are there', () => {
  const call = workflow.jobs.compare.steps.find(({ uses }) => uses === './node_modules/prep-lab');
  const names = Object.keys(action.inputs);
  expect(Object.keys(call?.with ?? {}).filter((name) => !names.includes(name))).toEqual([]);
  const used = JSON.stringify(action.runs).matchAll(/inputs\.([a-z-]+)/g);
  expect([...new Set([...used].map(([, name]) => name))].sort()).toEqual(names.sort());
  const scripts = action.runs.steps.flatMap(
    (step) => /\$GITHUB_ACTION_PATH\/(\S+?)"/.exec(step.run ?? '')?.[1] ?? [],
  );
  expect(scripts).toEqual(['docs/ci/compare-with-base.sh', 'docs/ci/comment-on-github.sh']);
  for (const script of scripts) expect(readFileSync(script, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
});

/** A clone whose origin is a bare repository, a comparison in it, and a "gh" that writes down what it is called with. */
async function prepareClone(comments: readonly { readonly id: number }[]) {
  const folder = await temporaryFolder();
  const [origin, clone, bin] = ['origin.git', 'clone', 'bin'].map((name) => join(folder, name));
  await run('git', ['init', '--quiet', '--bare', origin as string]);
  await run('git', ['clone', '--quiet', origin as string, clone as string]);
  mkdirSync(join(clone as string, 'compare'));
  mkdirSync(bin as string);
  const gh = join(bin as string, 'gh');
  const ids = comments.map(({ id }) => id).join('\n');
  writeFileSync(
    gh,
    `#!/bin/sh\ncase "$*" in *--paginate*) printf '${ids}' ;; *) echo "$@" >>"${folder}/calls" ;; esac\n`,
  );
  chmodSync(gh, 0o755);
  return { folder, origin: origin as string, clone: clone as string, bin: bin as string };
}

type Clone = Awaited<ReturnType<typeof prepareClone>>;

async function comment({ clone, bin }: Clone, picture: string | undefined) {
  const write = (name: string, text: string) => writeFileSync(join(clone, 'compare', name), text);
  write(
    'comment.md',
    '<!-- prep-lab compare -->\n### prep-lab compare: fails\n\nhead against base.\n',
  );
  if (picture !== undefined) write('differences.png', picture);
  const environment = { PULL_REQUEST: '7', GITHUB_REPOSITORY: 'me/mine' };
  const { stderr } = await run(resolve('docs/ci/comment-on-github.sh'), {
    cwd: clone,
    env: { ...process.env, ...environment, PATH: `${bin}:${process.env.PATH}` },
  });
  return {
    stderr,
    text: readFileSync(join(clone, 'compare', 'comment-with-picture.md'), 'utf8'),
  };
}

test('the comment shows a picture that is on a branch of its own, and the working tree stays as it was', async () => {
  const clone = await prepareClone([]);
  await comment(clone, 'first');
  const { text } = await comment(clone, 'second');
  const [, commit, name] =
    /\(https:\/\/github\.com\/me\/mine\/blob\/([0-9a-f]{40})\/(7-[0-9a-f]{40}\.png)\?raw=true\)/.exec(
      text,
    ) ?? [];
  expect(text.split('\n').slice(0, 2)).toEqual([
    '<!-- prep-lab compare -->',
    '### prep-lab compare: fails',
  ]);
  expect(text.endsWith('\n\nhead against base.\n')).toBe(true);
  const git = async (...parameters: readonly string[]) =>
    (await run('git', ['-C', clone.origin, ...parameters])).stdout;
  expect(await git('show', `${commit}:${name}`)).toBe('second');
  expect(await git('rev-list', '--count', 'prep-lab-pictures')).toBe('2\n');
  expect((await git('ls-tree', '--name-only', 'prep-lab-pictures')).trim().split('\n').length).toBe(
    2,
  );
  expect((await run('git', ['-C', clone.clone, 'status', '--short'])).stdout).toBe('?? compare/\n');
  expect(readFileSync(join(clone.folder, 'calls'), 'utf8').split('\n')[0]).toBe(
    'api repos/me/mine/issues/7/comments --field body=@compare/comment-with-picture.md',
  );
});

test('a comment that is there is renewed, without a picture where none may be pushed', async () => {
  const clone = await prepareClone([{ id: 42 }]);
  await run('git', ['-C', clone.clone, 'remote', 'set-url', '--push', 'origin', '/dev/null']);
  const { text, stderr } = await comment(clone, 'picture');
  expect(text).toBe(
    '<!-- prep-lab compare -->\n### prep-lab compare: fails\n\nhead against base.\n',
  );
  expect(stderr).toContain('The comment has no picture:');
  expect(readFileSync(join(clone.folder, 'calls'), 'utf8')).toBe(
    'api --method PATCH repos/me/mine/issues/comments/42 --field body=@compare/comment-with-picture.md\n',
  );
});
