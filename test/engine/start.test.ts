import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { startEngine } from '../../src/engine/start.js';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { silentProgress } from '../../src/progress.js';
import { exitCodes } from '../../src/user-error.js';
import { loadTestEngine } from '../engine.js';

const run = promisify(execFile);
const cpu = { device: 'cpu', progress: silentProgress } as const;
const noGpu = {
  message: 'A GPU was asked for, but "nvidia-smi" shows none that may be used.',
  hint: 'Install NVIDIA\'s driver, look at CUDA_VISIBLE_DEVICES, or run with "--device cpu".',
  exitCode: exitCodes.engine,
};

/** Starts the built engine in a process of its own, as a user's would, and multiplies two matrices. */
async function multiply(options: object, environment: Record<string, string> = {}) {
  const built = (file: string) => pathToFileURL(`dist/${file}`).href;
  const program = `
    const { startEngine } = await import('${built('engine/start.js')}');
    const { tensorflow } = await import('${built('graph/tensorflow.js')}');
    const progress = { start: () => ({ update() {}, stop() {} }), note() {} };
    const engine = await startEngine({ device: 'cpu', progress, ...${JSON.stringify(options)} });
    const ones = tensorflow().ones([8, 8]);
    const sum = tensorflow().matMul(ones, ones).sum().arraySync();
    console.log(JSON.stringify({ ...engine, sum }));
  `;
  const env = { ...process.env, ...environment };
  const output = await run(process.execPath, ['--input-type=module', '-e', program], { env });
  return { ...output, answer: JSON.parse(output.stdout) as Record<string, unknown> };
}

/** This process has set it for itself, when the engine was loaded. */
const unsetLevel = { TF_CPP_MIN_LOG_LEVEL: undefined as unknown as string };

test('refuses a GPU that is not there, before it fetches or loads anything', async () => {
  vi.stubEnv('PATH', '/no/programs');
  vi.stubEnv('PREP_LAB_CACHE', '/no/cache');
  await expect(startEngine({ ...cpu, device: 'gpu' })).rejects.toMatchObject(noGpu);
  vi.unstubAllEnvs();
});

test('refuses a GPU that CUDA_VISIBLE_DEVICES hides', async () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
  await expect(startEngine({ ...cpu, device: 'gpu' })).rejects.toMatchObject(noGpu);
  vi.unstubAllEnvs();
});

test('tells what computes, and the same when asked again', async () => {
  await loadTestEngine();
  const engine = await startEngine(cpu);
  expect(engine).toMatchObject({ tensorflowVersion: '2.21.0', device: 'cpu' });
  expect(engine.deviceName).not.toBe('');
  expect(engine.threads).toBeGreaterThan(0);
  expect(await startEngine({ ...cpu, device: 'auto' })).toBe(engine);
  expect(tensorflow().backend().floatPrecision()).toBe(32);
});

test('refuses a GPU once the process computes on the CPU', async () => {
  await loadTestEngine();
  await expect(startEngine({ ...cpu, device: 'gpu' })).rejects.toMatchObject({
    message: 'A GPU was asked for, but TensorFlow computes on the CPU.',
    exitCode: exitCodes.engine,
  });
});

test('lets nothing of TensorFlow reach stderr', async () => {
  const { stderr, answer } = await multiply({}, unsetLevel);
  expect(answer.sum).toBe(512);
  expect(stderr).toBe('');
});

test("lets TensorFlow's log through when asked to, by option or by variable", async () => {
  expect((await multiply({ verbose: true }, unsetLevel)).stderr).not.toBe('');
  const { stderr } = await multiply({}, { TF_CPP_MIN_LOG_LEVEL: '0' });
  expect(stderr).not.toBe('');
});

test('computes with the number of threads that is asked for', async () => {
  expect((await multiply({ threads: 1 })).answer.threads).toBe(1);
});
