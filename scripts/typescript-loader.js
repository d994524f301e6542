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

/**
 * A relative `./x.js` means the file `./x.ts`, as TypeScript has it. `?spec=N` says for which spec file a module is loaded:
 * so that each has its own of those in test/ and web/test/, and of what Jest gives it; `?alone=N` that it has its own of all of ours.
 */
export async function resolve(specifier, context, next) {
  const { pathname = '', search = '' } = context.parentURL?.startsWith('file:') ? new URL(context.parentURL) : {};
  if (!pathname.endsWith('.ts')) return next(specifier, context);
  if (specifier === '@jest/globals') return next(new URL(`jest-globals.mjs${search}`, import.meta.url).href, context);
  if (!/^\.{1,2}\/.*\.js$/.test(specifier)) return next(specifier, context);
  const file = specifier.replace(/\.js$/, '.ts');
  const isOfTests = TESTS.some((folder) => new URL(file, context.parentURL).pathname.startsWith(folder));
  return next(search.startsWith('?alone=') || isOfTests ? file + search : file, context);
}

const TESTS = ['../test/', '../web/test/'].map((folder) => new URL(folder, import.meta.url).pathname);

export async function load(url, context, next) {
  return isTypeScript(url) ? { format: 'module', source: compiled(url), shortCircuit: true } : next(url, context);
}

/** Leads from what `load` has made of a file back to its own lines: an address that contains the map. */
export function sourceMapOf(url) {
  if (!isTypeScript(url)) return undefined;
  const code = compiled(url);
  return code.slice(code.lastIndexOf('data:application/json'));
}

function isTypeScript(url) {
  return url.startsWith('file:') && new URL(url).pathname.endsWith('.ts');
}

function compiled(url) {
  const filename = fileURLToPath(url);
  return transformSync(readFileSync(filename, 'utf8'), { ...swcOptions(), filename }).code;
}

export function importTypeScriptFromNowOn() {
  register(import.meta.url);
}
