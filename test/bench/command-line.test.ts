import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { type BenchFlags, createBenchCommand } from '../../bench/command-line.js';

async function parse(...parameters: readonly string[]): Promise<BenchFlags> {
  let parsed: BenchFlags | undefined;
  const command = createBenchCommand(async (flags) => {
    parsed = flags;
  });
  await command.parseAsync([...parameters], { from: 'user' });
  if (!parsed) throw new Error('The command did not run.');
  return parsed;
}

test('everything is measured on the CPU by default', async () => {
  expect(await parse()).toEqual({
    only: ['steps', 'record', 'epoch', 'stages', 'start-up', 'growth'],
    device: 'cpu',
    threads: availableParallelism(),
  });
});

test('sections are measured in their own order', async () => {
  expect((await parse('--only', 'growth,steps')).only).toEqual(['steps', 'growth']);
});

test('an unknown section is refused with the known ones', async () => {
  await expect(parse('--only', 'steps,speed')).rejects.toThrow(
    "error: option '--only <sections>' argument 'steps,speed' is invalid. expected some of steps,record,epoch,stages,start-up,growth.",
  );
});

test.each(['0', '-1', '1.5', 'many'])('--rounds %s is refused', async (rounds) => {
  await expect(parse(`--rounds=${rounds}`)).rejects.toThrow('expected a whole number from 1');
});
