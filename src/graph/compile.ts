import { fuseOps } from './fusions/fuse-ops.js';
import { addVariable, createGraphBuilder, type GraphBuilder, type GraphVariable } from './graph.js';
import { createInference } from './infer-outputs.js';
import { mixPrecision } from './mix-precision.js';
import { type NativeTensor, nativeBackend } from './native-backend.js';
import type { Program, Step } from './program.js';
import { requireDeclaredInputs, requireLike } from './program.js';
import { nativeId, recordStep } from './recording.js';
import { requireRepeatable } from './repeatability.js';
import { openSession, type Session } from './session.js';
import { createStepWriter, type Resident, type StepNodes } from './step-writer.js';
import { type Tensor, tensorflow, type Variable } from './tensorflow.js';

export interface CompileOptions {
  /** All variables that any step reads or assigns. */
  readonly state: readonly Variable[];
}

/**
 * Compiles steps into one TensorFlow graph: the ops of each step are recorded (twice, to be sure that it does the same
 * each time), and it is from then on one native call. Nothing is computed meanwhile where prep-lab's own addon is loaded:
 * TensorFlow infers what each op would give; else each step runs eagerly. The variables' present values move into the graph; from
 * then on the graph holds the truth, which `read` and `write` reach. Tensors that steps capture are frozen: small ones
 * as constants, large ones as variables that nothing assigns.
 * @throws Error naming the op and the rule if a step cannot become a graph.
 */
export function compileProgram<Name extends string>(
  steps: Readonly<Record<Name, Step>>,
  { state }: CompileOptions,
): Program<Name> {
  separateValues(state);
  const graph = createGraphBuilder();
  const variables = new Map(
    state.map((variable, index) => [variable, addStateVariable(graph, `state${index}`, variable)]),
  );
  const writer = createStepWriter(graph, variables);
  const written = new Map<string, StepNodes>();
  const inference = createInference(nativeBackend().binding);
  for (const [index, [name, step]] of Object.entries<Step>(steps).entries()) {
    const first = recordStep(name, step, { state, inference });
    const recording = recordStep(name, step, { state, inference });
    requireRepeatable(name, first, recording);
    // Mixed precision first: fusions look for the types and casts that it leaves.
    const ops = fuseOps(mixPrecision(recording));
    written.set(name, writer.write(nodePrefix(index, name), ops));
  }
  const session = openSession(graph.nodes);
  const program = createSessionProgram(session, { steps, variables, written });
  program.write(state.map((variable) => [variable, variable]));
  giveResidents(session, writer.resident);
  return program;
}

/**
 * Bytes of captured tensors that a session gets copies of, and may then be kept for the next program: 10,000 images. More than
 * that is lent: the memory is worth more than the time that a longer training takes to compile.
 */
const mostCopiedBytes = 32_000_000;

function giveResidents(session: Session, residents: readonly Resident[]): void {
  const { binding } = nativeBackend();
  const feeds = residents.map(({ id, variable }) => ({ ...variable, node: variable.value, id }));
  const fetches = residents.map(({ variable }) => variable.written);
  const bytes = residents.map(({ variable, size }) =>
    variable.elementType === binding.TF_UINT8 ? size : 4 * size,
  );
  const isSmall = bytes.reduce((sum, one) => sum + one, 0) <= mostCopiedBytes;
  const give = isSmall ? session.run : session.lend;
  give(feeds, fetches).forEach(deleteNative);
}

/** Steps may have any name, nodes only letters, digits and few signs. The number keeps prefixes apart. */
function nodePrefix(index: number, step: string): string {
  return `step${index}_${step.replace(/[^A-Za-z0-9]/g, '_')}`;
}

/** Gives every variable a tensor id of its own: TensorFlow.js lets equal values share one. */
function separateValues(state: readonly Variable[]): void {
  const backend = nativeBackend();
  const { binding } = backend;
  for (const variable of state) {
    const value = backend.tensorMap.get(variable.dataId).dtype;
    const type = { name: 'T', type: binding.TF_ATTR_TYPE, value };
    const [copy] = binding.executeOp('Identity', [type], [nativeId(variable)], 1);
    if (!copy) throw new Error('Identity gave no output.');
    tensorflow().tidy(() => {
      variable.assign(backend.createOutputTensor(copy));
    });
  }
}

function addStateVariable(graph: GraphBuilder, name: string, variable: Variable): GraphVariable {
  const elementType = nativeBackend().tensorMap.get(variable.dataId).dtype;
  return addVariable(graph, name, { elementType, shape: variable.shape });
}

function createSessionProgram<Name extends string>(
  session: Session,
  graph: {
    readonly steps: Readonly<Record<Name, Step>>;
    readonly variables: ReadonlyMap<Variable, GraphVariable>;
    readonly written: ReadonlyMap<string, StepNodes>;
  },
): Program<Name> {
  const backend = nativeBackend();
  const nodesOf = (variable: Variable): GraphVariable => {
    const nodes = graph.variables.get(variable);
    if (!nodes) throw new Error(`Variable "${variable.name}" is not in the program's state.`);
    return nodes;
  };
  return {
    run(name, inputs = []) {
      requireDeclaredInputs(name, graph.steps[name], inputs);
      const nodes = graph.written.get(name) as StepNodes;
      const feeds = nodes.inputs.map((input, index) => ({
        ...input,
        id: nativeId(inputs[index] as Tensor),
      }));
      const [done, ...outputs] = session.run(feeds, [nodes.done, ...nodes.outputs]);
      if (done) deleteNative(done);
      return outputs.map((output) => backend.createOutputTensor(output));
    },
    read: (wanted) =>
      session
        .run(
          [],
          wanted.map((variable) => nodesOf(variable).reading),
        )
        .map((output) => backend.createOutputTensor(output)),
    write(values) {
      const feeds = values.map(([variable, tensor]) => {
        const { value: node, elementType } = nodesOf(variable);
        requireLike(`The value for variable "${variable.name}"`, variable, tensor);
        return { node, elementType, id: nativeId(tensor) };
      });
      const fetches = values.map(([variable]) => nodesOf(variable).written);
      session.run(feeds, fetches).forEach(deleteNative);
    },
    dispose: () => session.close(),
  };
}

function deleteNative(output: NativeTensor): void {
  nativeBackend().binding.deleteTensor(output.id);
}
