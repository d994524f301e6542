// A part of `make check`: what a browser must have before the dashboard shows anything, as it comes over the wire.
import { readFileSync, statSync } from 'node:fs';

const LIMIT_KB = 200;
const BUILT = 'web/dist';

const page = readFileSync(`${BUILT}/index.html`, 'utf8');
const first = [
  'index.html',
  ...new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file)),
];
const sizes = first.map((file) => [file, statSync(`${BUILT}/${file}.gz`).size]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
const kb = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`;

console.log(`The first load of the dashboard is ${kb(total)} gzipped.`);
if (total > LIMIT_KB * 1_000) {
  for (const [file, size] of sizes) console.log(`${kb(size).padStart(9)}  ${file}`);
  console.log(`More than ${LIMIT_KB} kB: load what is not needed at once with its page (web/src/routes/router.tsx).`);
  process.exitCode = 1;
}
