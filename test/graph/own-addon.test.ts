import { expect, test } from 'vitest';
import { findEngine } from '../../src/engine/install/engine.js';
import { createInference } from '../../src/graph/infer-outputs.js';
import { nativeBackend } from '../../src/graph/native-backend.js';
import { hasOwnKernels, loadOwnAddon, ownAddon } from '../../src/graph/own-kernels.js';
import { loadAddon } from '../../src/graph/tensorflow.js';

test('For a GPU the addon tells what ops give, but its kernels are not used', async () => {
  const engine = await findEngine('cpu');
  if (engine?.ownKernels.state !== 'compiled') throw new Error('The kernels are not compiled.');
  loadAddon(engine.addonPath);
  expect(ownAddon()).toBeUndefined();
  loadOwnAddon(engine.ownKernels.path, false);
  expect(hasOwnKernels()).toBe(false);
  const { binding } = nativeBackend();
  const input = { elementType: binding.TF_FLOAT, shape: [2, 3] };
  const T = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const infer = createInference(binding);
  expect(infer?.({ name: 'Relu', attributes: [T], inputs: [input] })).toEqual([
    { dtype: binding.TF_FLOAT, shape: [2, 3] },
  ]);
});
