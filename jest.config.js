import { existsSync, readdirSync } from 'node:fs';
import { swcOptions } from './scripts/typescript-loader.js';

/**
 * The folders that decide about money, so every line matters. Each has its own threshold, so that none is hidden by
 * another.
 */
const decidingFolders = readdirSync('src/modules')
  .flatMap((module) => [`src/modules/${module}/domain/`, `src/modules/${module}/application/`])
  .filter((folder) => existsSync(folder));

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/bench', '<rootDir>/web/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/architecture/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/', '<rootDir>/.cache/'],

  // ES modules: `node --experimental-vm-modules`, see the Makefile.
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', swcOptions()] },

  // Jest's own module system counts coverage, so it is needed for that.
  ...(process.argv.includes('--coverage')
    ? {}
    : { testRunner: '<rootDir>/scripts/jest-runner.mjs', testEnvironment: '<rootDir>/scripts/jest-environment.mjs' }),

  // Jest loads these two outside its module system, so they bring their own loader for TypeScript.
  globalSetup: '<rootDir>/scripts/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/scripts/jest-global-teardown.mjs',

  // jest-sequencer.mjs reads here how long each file took, so the place must not depend on the temporary folder.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',

  reporters: ['default', '<rootDir>/scripts/jest-reporter.mjs'],
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  // Prints for every file how long it took.
  slowTestThreshold: 0,

  // Every worker runs servers of its own and waits for them half of the time: four keep two cores busy.
  maxWorkers: 4,
  // Tests wait for conditions, never for time, so this only ends a test that hangs.
  testTimeout: 300_000,

  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'lcov'],
  collectCoverageFrom: [...decidingFolders.map((folder) => `${folder}**/*.ts`), '!**/*.spec.ts'],
  coverageThreshold: Object.fromEntries(decidingFolders.map((folder) => [`./${folder}`, { lines: 95 }])),
};
