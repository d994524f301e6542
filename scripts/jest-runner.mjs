// Runs a spec file as Jest does, but Node loads it instead of Jest's own module system: that reads and compiles every
// module again for each spec file (some 2,300, two to four seconds), Node only once per worker. What is in test/ and
// web/test/ is still loaded again for each spec file, and for a unit spec, which is in src/, so are its modules of src/
// (typescript-loader.js): no test sees the state of another.
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

/** Jest looks here for the source map of each file in a stack. For most files it never does. */
function mapSources(maps) {
  const mapOfJest = maps.get.bind(maps);
  maps.get = (file) => mapOfJest(file) ?? sourceMap(file);
}

const sourceMaps = new Map();

function sourceMap(file) {
  if (!sourceMaps.has(file)) sourceMaps.set(file, sourceMapOf(file));
  return sourceMaps.get(file);
}
