// The last step of `make build`: bundles the programs of src/main, with everything that they load including packages,
// into a few files in dist/bundle. Without it Node finds, reads and compiles 2,300 modules at each start: a second of
// processor time. Programs that are not bundled (the bench, the generator) use the modules in dist.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

const PROGRAMS = ['api', 'worker', 'start', 'cli'];
const OWN_REQUIRE = /^const require = createRequire\(import\.meta\.url\);$/m;

const isOfPackage = (id) => id.includes('node_modules');

/**
 * Makes stacks name the sources instead of the compiled modules. It also bundles what an ES module loads with a
 * `require` of its own: otherwise Node would load that a second time outside the bundle, with different copies of the
 * classes.
 */
const ours = {
  name: 'ours',
  load(id) {
    if (isOfPackage(id) || !existsSync(`${id}.map`)) return null;
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') };
  },
  transform(code) {
    if (!OWN_REQUIRE.test(code)) return null;
    // A comment of the same length as the code it replaces, so that the source map stays correct.
    return { code: code.replace(OWN_REQUIRE, (line) => `//${line.slice(2)}`), map: null };
  },
};

/**
 * Packages import optional ones that need not be installed: those imports fail where they are used, as without a
 * bundle.
 */
function onLog(level, { id = '', message }) {
  if (level === 'warn' && !isOfPackage(id)) throw new Error(message);
}

const bundle = await rolldown({
  input: Object.fromEntries(PROGRAMS.map((name) => [name, `dist/src/main/${name}.js`])),
  platform: 'node',
  plugins: [ours],
  onLog,
});
const { output } = await bundle.generate({
  format: 'esm',
  // A program is a few lines that load the rest. Its modules stay next to it in dist, for make dev and the bench.
  entryFileNames: 'bundle/[name].js',
  chunkFileNames: ({ name }) => `bundle/${name.split('~')[0]}-[hash].js`,
  // Modules run in the order in which Node would run them: decorators depend on what earlier modules have done.
  strictExecutionOrder: true,
  // Tables and messages are named after classes.
  keepNames: true,
  // V8 keeps the text of the code that it runs: one byte per character if no character needs two.
  charset: 'ascii',
  comments: false,
  sourcemap: 'hidden',
  // Packages that are loaded later, or never, stay in separate files.
  codeSplitting: { groups: [{ name: 'packages', test: isOfPackage, entriesAware: true }] },
});
await bundle.close();
mkdirSync('dist/bundle');
for (const { fileName, code, map, moduleIds } of output.filter(({ type }) => type === 'chunk')) {
  const file = join('dist', fileName);
  // Node keeps the map of all code that it runs in memory, and nobody reads the sources of packages.
  if (moduleIds.every(isOfPackage)) writeFileSync(file, code);
  else {
    writeFileSync(`${file}.map`, JSON.stringify({ ...map, sourcesContent: undefined }));
    writeFileSync(file, `${code}//# sourceMappingURL=${basename(file)}.map\n`);
  }
}
