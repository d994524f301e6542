// What `make build` ends with: the programs of src/main, and all that they load, packages too, become a few files in
// dist/bundle. Node finds, reads and compiles 2,300 modules at each start otherwise: a second of processor time. Programs
// that are not bundled (the bench, the generator) go on with the modules in dist.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

const PROGRAMS = ['api', 'worker', 'start', 'cli'];
const OWN_REQUIRE = /^const require = createRequire\(import\.meta\.url\);$/m;

const isOfPackage = (id) => id.includes('node_modules');

/**
 * Stacks name the sources, and not the modules that were made of them. And what an ES module asks for with a `require` of
 * its own is bundled too: Node would load it once more beside the bundle, where nobody knows the other one's classes.
 */
const ours = {
  name: 'ours',
  load(id) {
    if (isOfPackage(id) || !existsSync(`${id}.map`)) return null;
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') };
  },
  transform(code) {
    if (!OWN_REQUIRE.test(code)) return null;
    // A comment as long as what it replaces, so that the source map stays right.
    return { code: code.replace(OWN_REQUIRE, (line) => `//${line.slice(2)}`), map: null };
  },
};

/** Packages ask for others that nobody has to install: those fail where they are used, as without a bundle. */
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
  // A program is a few lines that load the rest. The modules that it is made of stay beside it, for make dev and the bench.
  entryFileNames: 'bundle/[name].js',
  chunkFileNames: ({ name }) => `bundle/${name.split('~')[0]}-[hash].js`,
  // Modules run in the order in which Node would run them: decorators need what others have done before.
  strictExecutionOrder: true,
  // Tables and messages are named after classes.
  keepNames: true,
  // V8 keeps the text of what it runs: a byte for each character as long as none needs two.
  charset: 'ascii',
  comments: false,
  sourcemap: 'hidden',
  // Packages that are loaded later, or never, stay in files of their own.
  codeSplitting: { groups: [{ name: 'packages', test: isOfPackage, entriesAware: true }] },
});
await bundle.close();
mkdirSync('dist/bundle');
for (const { fileName, code, map, moduleIds } of output.filter(({ type }) => type === 'chunk')) {
  const file = join('dist', fileName);
  // Node keeps every map of what it runs in memory, and nobody reads the sources of packages.
  if (moduleIds.every(isOfPackage)) writeFileSync(file, code);
  else {
    writeFileSync(`${file}.map`, JSON.stringify({ ...map, sourcesContent: undefined }));
    writeFileSync(file, `${code}//# sourceMappingURL=${basename(file)}.map\n`);
  }
}
