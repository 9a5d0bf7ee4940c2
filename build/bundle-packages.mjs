/**
 * Makes the packages that prep-lab's tarball carries along ("bundleDependencies") fit for it, by their package.json in
 * node_modules: what npm packs of a bundled package follows from its "files" and "dependencies", and what it runs where
 * prep-lab is installed from its "scripts".
 *
 * The install script of @tensorflow/tfjs-node-gpu fetches a TensorFlow of 2022, which prep-lab does not use, and fails
 * the whole installation where its host is not reached. And of the 280 MB of TensorFlow.js' packages Node loads 7: the
 * rest are builds for browsers, their source maps, sources and tests. `npm run build` does this; twice is as once.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const declarations = ['dist/**/*.d.ts', '!**/*_test.d.ts'];

/** What Node loads of each package and TypeScript reads, and the packages that this needs. */
const bundled = {
  '@tensorflow/tfjs-node-gpu': {
    // The addon's sources are compiled by "prep-lab setup".
    files: ['binding', 'dist/**/*.js', '!**/*_test.js', '!dist/run_tests.js', ...declarations],
    dependencies: ['@tensorflow/tfjs', 'google-protobuf', 'progress'],
  },
  '@tensorflow/tfjs': {
    files: declarations,
    dependencies: [
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-data',
      '@tensorflow/tfjs-layers',
    ],
  },
  '@tensorflow/tfjs-backend-cpu': { files: declarations, dependencies: ['seedrandom'] },
  '@tensorflow/tfjs-backend-webgl': { files: declarations, dependencies: [] },
  '@tensorflow/tfjs-converter': { files: declarations, dependencies: [] },
  // Its declarations speak of WebGPU; Node has the fetch that it falls back to node-fetch without.
  '@tensorflow/tfjs-core': { files: declarations, dependencies: ['@webgpu/types'] },
  // Of its peers one is bundled, and the other is in its build for Node.
  '@tensorflow/tfjs-data': { files: declarations, dependencies: [] },
  '@tensorflow/tfjs-layers': { files: declarations, dependencies: [] },
  // TensorFlow.js loads its main file alone.
  'google-protobuf': { files: ['google-protobuf.js', 'LICENSE*'], dependencies: [] },
  // It comes with the reports on its tests' coverage.
  seedrandom: { files: ['seedrandom.js', 'lib/*.js', '!**/*.min.js'], dependencies: [] },
};

/** Returns a package.json as it is bundled. The original's other keys stay: name, version, main, types, licence. */
function bundlePackage(original, files, dependencies) {
  const { scripts, devDependencies, peerDependencies, bin, ...kept } = original;
  return {
    ...kept,
    '//': 'Changed by prep-lab: without scripts, and with the files and packages only that Node and TypeScript read.',
    // Else npm compiles what has a binding.gyp.
    gypfile: false,
    files,
    dependencies,
  };
}

function readPackage(name) {
  return JSON.parse(readFileSync(packagePath(name), 'utf8'));
}

function packagePath(name) {
  return join('node_modules', name, 'package.json');
}

for (const [name, { files, dependencies }] of Object.entries(bundled)) {
  const original = readPackage(name);
  const versions = dependencies.map((needed) => [needed, readPackage(needed).version]);
  const changed = bundlePackage(original, files, Object.fromEntries(versions));
  if (isDeepStrictEqual(changed, original)) continue;
  // A new file, not a new content: package managers link one file into many projects.
  const path = packagePath(name);
  writeFileSync(`${path}.new`, `${JSON.stringify(changed, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

// npm's notes on node_modules, by which it would pack what the originals need; without them it reads the files.
rmSync(join('node_modules', '.package-lock.json'), { force: true });
