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
  const path = new URL(file, context.parentURL).pathname;
  const isOfTests = TESTS.some((folder) => path.startsWith(folder)) && path !== WITHOUT_STATE;
  return next(search.startsWith('?alone=') || isOfTests ? file + search : file, context);
}

const pathOf = (name) => new URL(name, import.meta.url).pathname;
const TESTS = ['../test/', '../web/test/'].map(pathOf);

/** Compiles the schemas of the API's document, which takes longer than many a spec file's first request. */
const WITHOUT_STATE = pathOf('../test/support/documented-answer.ts');

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

/** By file: one that is loaded anew for each spec file is compiled once. */
const codes = new Map();

function compiled(url) {
  const filename = fileURLToPath(url);
  if (!codes.has(filename))
    codes.set(filename, transformSync(readFileSync(filename, 'utf8'), { ...swcOptions(), filename }).code);
  return codes.get(filename);
}

export function importTypeScriptFromNowOn() {
  register(import.meta.url);
}
