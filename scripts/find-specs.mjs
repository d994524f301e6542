// node scripts/find-specs.mjs PATH: if no test file's path contains PATH, prints one line that says so and names
// similar ones.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const LIKE = 3;

const path = process.argv[2].replace(/^\.\//, '').replace(/\/+$/, '');
const specs = ['src', 'test', 'bench']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.spec.ts') && !file.includes('/fixtures/'));

// Jest treats it as a regular expression.
const pattern = new RegExp(path, 'i');
if (!specs.some((file) => pattern.test(join(process.cwd(), file)))) {
  const wanted = basename(path).replace(/\.spec(\.ts)?$|\.ts$/, '');
  const like = specs
    .map((file) => ({ file, distance: distance(wanted, basename(file, '.spec.ts')) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, LIKE)
    .map(({ file }) => file);
  process.stderr.write(`No file of tests is ${path}, or lies there. The names most like it: ${like.join(', ')}.\n`);
  process.exitCode = 2;
}

/** How many letters have to be inserted, removed or changed (Levenshtein). */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= to.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (letter === to[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1);
}
