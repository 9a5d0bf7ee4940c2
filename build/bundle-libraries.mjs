/**
 * Puts libraries of many packages into the built files that import them, so that nobody has to install those packages:
 * they are devDependencies. Each such file does nothing but export the library; a library that others share with us, such
 * as zod, stays a dependency. Their licences go to dist/third-party-licenses.txt.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const files = ['dist/statistics/distributions.js', 'dist/report/figures/vega.js'];

/** Bundles a file in its place. Returns the packages that went into it, each by its folder. */
async function bundleFile(file) {
  const bundle = await rolldown({
    input: file,
    platform: 'node',
    // Vega draws on a canvas where there is one; SVG needs none.
    external: ['canvas'],
    onLog(level, log, handle) {
      if (level === 'warn') throw new Error(`${file}: ${log.message}`);
      handle(level, log);
    },
  });
  const comments = { legal: true, annotation: false, jsdoc: false };
  const options = { file, format: 'esm', minify: true, codeSplitting: false, comments };
  const { output } = await bundle.write(options);
  return output[0].moduleIds.flatMap(
    (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [],
  );
}

/** Renders each licence once, below the packages that it is of. */
function renderLicences(folders) {
  const packages = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file (${license}).`);
    const text = readFileSync(join(folder, file), 'utf8').trim();
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version}`]);
  }
  return [...packages]
    .map(([text, names]) => `${names.sort().join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

const folders = new Set();
for (const file of files) for (const folder of await bundleFile(file)) folders.add(folder);
writeFileSync('dist/third-party-licenses.txt', renderLicences([...folders].sort()));
