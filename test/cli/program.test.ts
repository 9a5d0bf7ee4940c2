import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { exitCodes } from '../../src/user-error.js';
import { loadedModules, programFile, runProgram } from './run-program.js';

const commandNames = createProgram().commands.map((command) => command.name());

test('the help tells the commands, examples and every exit code', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const listed = commandNames.filter((name) => name !== 'complete');
  for (const name of listed) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stdout).toContain('  $ prep-lab validate experiments/*.json');
  for (const code of Object.values(exitCodes)) {
    expect(stdout).toMatch(new RegExp(`^  ${code} +\\w+`, 'm'));
  }
});

test('the help lists first what one begins with', async () => {
  const { stdout } = await runProgram(['--help']);
  const [, first = ''] =
    /Commands to begin with:\n([\s\S]*?)\n\nMore commands:\n/.exec(stdout) ?? [];
  const names = [...first.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
  expect(names).toEqual(['run', 'explain', 'preview', 'compare', 'init']);
});

test('help of a command is as its --help, and of none suggests the nearest', async () => {
  expect(await runProgram(['help', 'validate'])).toEqual(await runProgram(['validate', '--help']));
  expect(await runProgram(['help'])).toEqual(await runProgram(['--help']));
  expect(await runProgram(['help', 'rn'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'There is no command "rn".\nHint: did you mean run?\n',
  });
});

test.each(commandNames)('the help of %s carries an example', async (name) => {
  const { exitCode, stdout } = await runProgram([name, '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Examples?:\\n  \\$ prep-lab ${name}`, 'm'));
});

test.each([[['--help']], ...commandNames.map((name) => [[name, '--help']])])(
  '%j loads commander and our own command files alone',
  async (parameters) => {
    const modules = (await loadedModules(parameters)).filter((url) => url.startsWith('file:'));
    expect(modules.some((url) => url.endsWith('/dist/cli/program.js'))).toBe(true);
    const foreign = modules.filter((url) => !/\/dist\/|\/node_modules\/commander\//.test(url));
    expect(foreign).toEqual([]);
  },
);

test('the version is the package’s', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await runProgram(['--version'])).toEqual({
    exitCode: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

test.each([
  [['vaildate'], "Unknown command 'vaildate'.\nHint: did you mean validate?\n"],
  [['schema', '--plugn'], "Unknown option '--plugn'.\nHint: did you mean --plugin?\n"],
  [['validate'], "Missing required argument 'files'.\nHint: add --help to see what there is.\n"],
  [
    ['schema', '--plugin'],
    "Option '--plugin <file>' argument missing.\nHint: add --help to see what there is.\n",
  ],
])('%j is wrong usage', async (parameters, stderr) => {
  expect(await runProgram(parameters)).toEqual({ exitCode: 2, stdout: '', stderr });
});

test('no command at all is wrong usage, answered with the help', async () => {
  const { exitCode, stdout, stderr } = await runProgram([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: prep-lab /);
});

test('a reader that stops early is no failure', async () => {
  const pipe = `"${process.execPath}" "${programFile}" schema | head -c 1; echo " \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', pipe]);
  expect({ stdout, stderr }).toEqual({ stdout: '{ 0\n', stderr: '' });
});
