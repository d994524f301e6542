// Runs a spec file as Jest does, but lets Node load it, and not Jest's own module system: that reads and compiles every
// module for every spec file anew (some 2,300, two to four seconds), and Node once for each worker. What is in test/ and
// web/test/ is loaded anew for every spec file nevertheless, and for a unit spec, which stands in src/, what it loads of
// src/ too (typescript-loader.js): no test meets the state of another's.
import { pathToFileURL } from 'node:url';
import jestCircus from 'jest-circus/runner';
import { importTypeScriptFromNowOn, sourceMapOf } from './typescript-loader.js';

importTypeScriptFromNowOn();
const SOURCES = new URL('../src/', import.meta.url).href;
let specFiles = 0;

export default async function run(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  runtime.unstable_importModule = async (file) => {
    globalThis[Symbol.for('bahi.jest-globals')] = runtime.requireModuleOrMock(file, '@jest/globals');
    specFiles += 1;
    const { href } = pathToFileURL(file);
    await import(`${href}?${href.startsWith(SOURCES) ? 'alone' : 'spec'}=${specFiles}`);
  };
  mapSources(runtime.getSourceMaps());
  return jestCircus.default(globalConfig, config, environment, runtime, testPath, sendMessageToJest);
}

/** Jest looks here for the map of each file that a stack names. Most files are never asked for. */
function mapSources(maps) {
  const mapOfJest = maps.get.bind(maps);
  maps.get = (file) => mapOfJest(file) ?? sourceMap(file);
}

const sourceMaps = new Map();

function sourceMap(file) {
  if (!sourceMaps.has(file)) sourceMaps.set(file, sourceMapOf(file));
  return sourceMaps.get(file);
}
