import { type Bfloat16Rule, bfloat16, bfloat16Rules } from './bfloat16-rules.js';
import { type Binding, nativeBackend } from './native-backend.js';
import type { RecordedOp, Recording } from './recording.js';

/**
 * Rewrites a recorded step so that the parts that ask for mixed precision compute in bfloat16, by the table of rules. A
 * tensor is cast at most once in each direction, so a weight once a step however often it is used. What the step
 * returns and assigns is float32 as before.
 */
export function mixPrecision(recording: Recording): Recording {
  if (recording.ops.every(({ precision }) => precision === 'float32')) return recording;
  const { binding } = nativeBackend();
  const ops: RecordedOp[] = [];
  const forms = createForms(binding, ops);
  for (const op of recording.ops) {
    const rule = findRule(op, forms, binding.TF_FLOAT);
    if (!rule) {
      ops.push({ ...op, inputIds: op.inputIds.map(forms.float32) });
      continue;
    }
    const isTyped = (place: number) => rule.inputs === 'all' || rule.inputs.includes(place);
    const inputIds = op.inputIds.map((id, place) =>
      isTyped(place) ? forms.bfloat16(id) : forms.float32(id),
    );
    const attributes = op.attributes.map((given) =>
      given.name === 'T' ? { ...given, value: bfloat16 } : given,
    );
    ops.push({ ...op, inputIds, attributes });
    forms.noteBfloat16(op.outputIds[0] as number);
  }
  const outputIds = recording.outputIds.map(forms.float32);
  const finalIds = new Map(
    [...recording.finalIds].map(([variable, id]) => [variable, forms.float32(id)]),
  );
  return { ...recording, ops, outputIds, finalIds };
}

/** Returns the op's rule where it is to be computed in bfloat16. */
function findRule(op: RecordedOp, forms: Forms, float32: number): Bfloat16Rule | undefined {
  if (op.precision === 'float32') return undefined;
  const rule = Object.hasOwn(bfloat16Rules, op.name) ? bfloat16Rules[op.name] : undefined;
  if (!rule || op.attributes.find(({ name }) => name === 'T')?.value !== float32) return undefined;
  const isFollowed = () =>
    op.inputIds.some(
      (id, place) => (rule.inputs === 'all' || rule.inputs.includes(place)) && forms.isBfloat16(id),
    );
  return rule.when === 'always' || isFollowed() ? rule : undefined;
}

/** Which tensors are in bfloat16 now, and the cast ones beside them. Tensors are asked for by their recorded ids. */
interface Forms {
  noteBfloat16(id: number): void;
  isBfloat16(id: number): boolean;
  /** Returns the id of the tensor in that type, after writing a cast if there is none yet. Other types stay. */
  float32(id: number): number;
  bfloat16(id: number): number;
}

function createForms(binding: Binding, ops: RecordedOp[]): Forms {
  const inBfloat16 = new Set<number>();
  const casts = new Map<number, number>();
  const cast = (id: number, from: number, to: number): number => {
    // The addon's ids count up from 0.
    const made = casts.get(id) ?? -1 - casts.size;
    if (casts.has(id)) return made;
    casts.set(id, made);
    const attributes = [
      { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
      { name: 'DstT', type: binding.TF_ATTR_TYPE, value: to },
      { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
    ];
    const precision = 'mixed-bfloat16';
    ops.push({ name: 'Cast', attributes, inputIds: [id], outputIds: [made], precision });
    return made;
  };
  return {
    noteBfloat16: (id) => inBfloat16.add(id),
    isBfloat16: (id) => inBfloat16.has(id),
    float32: (id) => (inBfloat16.has(id) ? cast(id, bfloat16, binding.TF_FLOAT) : id),
    bfloat16: (id) => (inBfloat16.has(id) ? id : cast(id, binding.TF_FLOAT, bfloat16)),
  };
}
