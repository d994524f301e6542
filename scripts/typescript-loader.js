// Lets Node import the TypeScript of this repository without a build. Jest needs this for its global set-up, which it
// loads outside its own module system, where neither its transform nor its moduleNameMapper applies.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * The compiler options of .swcrc, but for specs too (the build leaves them out). The source map has to be inside the
 * code: Jest's coverage looks for it nowhere else, and would count the lines of the compiled file.
 */
export function swcOptions() {
  const { exclude, $schema, ...options } = JSON.parse(readFileSync(new URL('../.swcrc', import.meta.url), 'utf8'));
  return { ...options, sourceMaps: 'inline', swcrc: false };
}

/**
 * A relative `./x.js` means the file `./x.ts`, as in TypeScript. `?spec=N` names the spec file for which a module is
 * loaded, so that each has its own copy of modules in test/ and web/test/ and of Jest's globals; with `?alone=N` it has
 * its own copy of all the repository's modules.
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

/** Compiles the schemas of the API document, which takes longer than the first request of many spec files. */
const WITHOUT_STATE = pathOf('../test/support/documented-answer.ts');

export async function load(url, context, next) {
  return isTypeScript(url) ? { format: 'module', source: compiled(url), shortCircuit: true } : next(url, context);
}

/** Maps what `load` has made of a file back to its own lines: a data address that contains the source map. */
export function sourceMapOf(url) {
  if (!isTypeScript(url)) return undefined;
  const code = compiled(url);
  return code.slice(code.lastIndexOf('data:application/json'));
}

function isTypeScript(url) {
  return url.startsWith('file:') && new URL(url).pathname.endsWith('.ts');
}

/** By file: a file that is loaded again for each spec file is compiled only once. */
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
