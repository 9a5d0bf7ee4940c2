import * as nodeModule from 'node:module';

type Resolve = (
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => unknown,
) => unknown;

/** Node 22.15 has hooks that run in this thread; the older `register` is deprecated since. */
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => void;

let isRegistered = false;

/**
 * Makes `import ... from 'prep-lab'` work in plug-ins outside of any package. They get the running program's own
 * modules: a second copy would hold a second TensorFlow.
 */
export function registerSelfImport(): void {
  if (isRegistered) return;
  isRegistered = true;
  const url = new URL('../../index.js', import.meta.url).href;
  const { registerHooks } = nodeModule as { readonly registerHooks?: RegisterHooks };
  if (registerHooks) {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'prep-lab' ? { url, shortCircuit: true } : next(specifier, context),
    });
    return;
  }
  nodeModule.register(new URL('./resolve-hook.js', import.meta.url), { data: url });
}
