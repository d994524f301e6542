// Lets Node import the TypeScript of this repository without a build. Jest needs it for its global set-up: it loads that
// outside its own module system, where neither its transform nor its moduleNameMapper applies.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * How .swcrc says that TypeScript is compiled, specs included (the build leaves them out). The source map has to be inside
 * the code: Jest's coverage finds it nowhere else, and would count the lines of the compiled file.
 */
export function swcOptions() {
  const { exclude, $schema, ...options } = JSON.parse(readFileSync(new URL('../.swcrc', import.meta.url), 'utf8'));
  return { ...options, sourceMaps: 'inline', swcrc: false };
}

/** A relative `./x.js` means the file `./x.ts`, as TypeScript has it. */
export async function resolve(specifier, context, next) {
  const ours = /^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts');
  return next(ours ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swcOptions(), filename });
  return { format: 'module', source: code, shortCircuit: true };
}

export function importTypeScriptFromNowOn() {
  register(import.meta.url);
}
