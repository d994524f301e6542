import { existsSync, readdirSync } from 'node:fs';
import { swcOptions } from './scripts/typescript-loader.js';

/** The folders whose every line matters: what decides about money. One threshold each, so that none hides behind another. */
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

  // Coverage is counted by Jest's own module system.
  ...(process.argv.includes('--coverage')
    ? {}
    : { testRunner: '<rootDir>/scripts/jest-runner.mjs', testEnvironment: '<rootDir>/scripts/jest-environment.mjs' }),

  // Jest loads these two outside its module system, so they bring a loader for TypeScript along.
  globalSetup: '<rootDir>/scripts/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/scripts/jest-global-teardown.mjs',

  // Here jest-sequencer.mjs finds how long each file took, wherever temporary files go.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',

  reporters: ['default', '<rootDir>/scripts/jest-reporter.mjs'],
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  // Beside the name of each file stands how long it took.
  slowTestThreshold: 0,

  // Every worker drives servers of its own beside it, and waits for them half of the time: four keep two cores busy.
  maxWorkers: 4,
  // Tests wait for conditions, never for time, so this only ends what would never end.
  testTimeout: 300_000,

  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'lcov'],
  collectCoverageFrom: [...decidingFolders.map((folder) => `${folder}**/*.ts`), '!**/*.spec.ts'],
  coverageThreshold: Object.fromEntries(decidingFolders.map((folder) => [`./${folder}`, { lines: 95 }])),
};
