import { join } from 'node:path';
import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import type { DoneTrial } from '../results/result.js';
import { requireLease } from '../storage/lease.js';
import { readSealedFolder, writeSealedFolder } from '../storage/sealed-folder.js';
import { DamagedFolderError } from '../storage/sealed-manifest.js';
import {
  cannotResume,
  requireTensorsOf,
  restoreTensors,
  type StoredTensor,
  storeVariables,
} from '../training/checkpoint/stored-tensor.js';
import type { Learner } from '../training/learner.js';
import { exitCodes, UserError } from '../user-error.js';

/** The weights that a trial was judged with, in the model's order. */
export type KeptWeights = readonly StoredTensor[];

/** The kind of the sealed folder. */
const weightsKind = 'weights';

const listFile = 'weights.json';
const valuesFile = 'weights.bin';
const listSchema = z.strictObject({
  format: z.literal('prep-lab weights'),
  version: z.literal(1),
  tensors: z.array(
    z.strictObject({
      name: z.string(),
      dtype: z.enum(['float32', 'int32']),
      shape: z.array(z.int().min(0)),
    }),
  ),
});

/** Where a trial's weights belong. */
export interface WeightsPlace {
  /** The trial's folder. */
  readonly folder: string;
  readonly key: string;
  /** Proves that this process' runner still has the trial. */
  readonly leaseToken: string;
}

/** Stores a learner's present weights in its trial's folder, sealed. @throws UserError (storage, results in use) */
export async function keepWeights(learner: Learner, place: WeightsPlace): Promise<void> {
  const { folder, key, leaseToken } = place;
  const tensors = storeVariables(learner.program, nameWeights(learner));
  const list: z.input<typeof listSchema> = {
    format: 'prep-lab weights',
    version: 1,
    tensors: tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape: [...shape] })),
  };
  await writeSealedFolder(join(folder, 'weights'), {
    kind: weightsKind,
    key,
    files: {
      [listFile]: `${JSON.stringify(list, null, 2)}\n`,
      [valuesFile]: Buffer.concat(tensors.map(({ bytes }) => bytes)),
    },
    guard: () => requireLease(folder, leaseToken),
  });
}

/**
 * Reads the weights in a trial's folder; nothing where none were kept.
 * @throws UserError (cannot resume) if they are damaged or of another trial.
 */
export async function readKeptWeights(
  folder: string,
  key: string,
): Promise<KeptWeights | undefined> {
  try {
    const files = await readSealedFolder(join(folder, 'weights'), { kind: weightsKind, key });
    const list = parseList(files.get(listFile)?.toString('utf8') ?? '');
    return cut(list, Uint8Array.from(files.get(valuesFile) ?? []));
  } catch (error) {
    if (error instanceof DamagedFolderError && error.damage === 'absent') return undefined;
    throw error;
  }
}

/** Gives a learner the weights. @throws UserError (cannot resume) if they are another model's. */
export function putWeights(learner: Learner, kept: KeptWeights): void {
  const weights = nameWeights(learner);
  requireTensorsOf(kept, weights);
  const tensors = restoreTensors(kept);
  const variables = [...weights.values()];
  learner.program.write(variables.map((variable, index) => [variable, tensors[index] as Tensor]));
  tensorflow().dispose(tensors);
}

/** Another processor adds up in another order, which may turn a test image or two; a share of them. */
const mostOtherShare = 0.002;

/** Makes sure that kept weights give their trial's stored test accuracy. @throws UserError (cannot resume) */
export function requireSameAccuracy(
  { id, test }: DoneTrial,
  accuracy: number,
  mostOther = mostOtherShare,
): void {
  if (Math.abs(accuracy - test.accuracy) <= mostOther) return;
  throw new UserError(
    `The kept weights of "${id}" must give its test accuracy ${test.accuracy}, received ${accuracy}.`,
    {
      hint: 'they are not those of this result, or other code of prep-lab made it: train it anew with --force --keep-weights.',
      exitCode: exitCodes.cannotResume,
    },
  );
}

function nameWeights({ weights }: Learner) {
  return new Map(weights.map((weight, index) => [`weight/${index}`, weight]));
}

function parseList(text: string): z.output<typeof listSchema> {
  try {
    return listSchema.parse(JSON.parse(text));
  } catch {
    throw cannotResume(`${listFile} is not of the form that this prep-lab reads`);
  }
}

/** The values lie one after the other. */
function cut({ tensors }: z.output<typeof listSchema>, bytes: Uint8Array): StoredTensor[] {
  let end = 0;
  const kept = tensors.map((tensor) => {
    const start = end;
    end += 4 * tensor.shape.reduce((product, side) => product * side, 1);
    return { ...tensor, bytes: bytes.subarray(start, end) };
  });
  if (end === bytes.length) return kept;
  throw cannotResume(`${valuesFile} has ${bytes.length} bytes where ${listFile} lists ${end}`);
}
