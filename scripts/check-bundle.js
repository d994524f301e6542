// Part of `make check`: the compressed size of what a browser must load before the dashboard shows anything. Also
// prints what each page adds to that.
import { readdirSync, readFileSync, statSync } from 'node:fs';

const LIMIT_KB = 200;
const BUILT = 'web/dist';

const kb = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`;
const sizeOf = (file) => statSync(`${BUILT}/${file}.gz`).size;
const sumOf = (files) => files.reduce((sum, file) => sum + sizeOf(file), 0);

/** A script with all its static imports; dynamic imports are loaded later. */
function withImports(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(`${BUILT}/${file}`, 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(`assets/${name}`, found);
  return found;
}

const page = readFileSync(`${BUILT}/index.html`, 'utf8');
const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
const scripts = new Set(named.filter((file) => file.endsWith('.js')).flatMap((file) => [...withImports(file)]));
const first = ['index.html', ...new Set([...named, ...scripts])];
const total = sumOf(first);

console.log(`The first load of the dashboard is ${kb(total)} gzipped. A page adds:`);
for (const file of readdirSync(`${BUILT}/assets`).sort()) {
  const route = /^(.+)-page-[\w-]{8}\.js$/.exec(file)?.[1];
  if (route === undefined) continue;
  const added = [...withImports(`assets/${file}`)].filter((one) => !scripts.has(one));
  console.log(`${kb(sumOf(added)).padStart(9)}  ${route}`);
}
if (total > LIMIT_KB * 1_000) {
  for (const file of first) console.log(`${kb(sizeOf(file)).padStart(9)}  ${file}`);
  console.log(`More than ${LIMIT_KB} kB: load what is not needed at once with its page (web/src/routes/router.tsx).`);
  process.exitCode = 1;
}
