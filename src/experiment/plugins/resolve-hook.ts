import type { ResolveHook } from 'node:module';

let url: string | undefined;

/** Receives the address of this prep-lab; Node calls it once, in the thread of its loader. */
export function initialize(address: string): void {
  url = address;
}

/** Resolves "prep-lab" to the running program, wherever the importing file lies. */
export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === 'prep-lab' && url ? { url, shortCircuit: true } : next(specifier, context);
