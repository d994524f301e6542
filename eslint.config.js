import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import bahi from './scripts/eslint-rules.js';
import web from './web/lint.js';

/** A file that is longer than this contains a second idea. */
const atMost = (max) => ({ 'bahi/max-code-lines': ['error', { max }] });

const SPECS = ['**/*.spec.ts'];

/** Written by a program, so no rule applies. */
const GENERATED = 'web/src/api/generated/**/*.ts';

/** Globals that a file's imports do not show. In the domain the clock, chance and ids are parameters. */
const impureGlobals = ['process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'performance'];
const noFloatsForMoney = { name: 'parseFloat', message: 'Money is whole paise.' };
const pure = (globals) => ({
  'no-restricted-globals': [
    'error',
    noFloatsForMoney,
    ...globals.map((name) => ({ name, message: 'The domain is pure.' })),
  ],
  'no-restricted-syntax': [
    'error',
    ...[
      'NewExpression[callee.name="Date"][arguments.length=0]',
      'MemberExpression[object.name="Date"][property.name="now"]',
      'MemberExpression[object.name="Math"][property.name="random"]',
    ].map((selector) => ({ selector, message: 'Time and chance are parameters in the domain.' })),
  ],
});

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    '.data/',
    '.cache/',
    'bench/results/',
    'web/dist/',
    'test/architecture/fixtures/',
  ]),
  {
    ignores: [GENERATED],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { bahi },
    rules: {
      'bahi/disable-says-why': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-dupe-else-if': 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'no-empty': 'error',
      'no-eval': 'error',
      'no-loss-of-precision': 'error',
      'no-nested-ternary': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unsafe-finally': 'error',
      'no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: [GENERATED],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'bahi/no-erased-parameter-class': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z][a-z]', match: false } },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // `@Query() _query: …` is validated even if nothing reads it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // `async` also turns what is thrown into a rejection.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...atMost(250),
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-globals': ['error', noFloatsForMoney],
    },
  },
  { files: ['src/modules/*/domain/**/*.ts'], rules: atMost(150) },
  { files: ['src/modules/*/application/**/*.ts'], rules: atMost(80) },
  { files: ['src/**/*.controller.ts'], rules: atMost(120) },
  { files: ['src/shared/**/*.ts'], rules: pure(impureGlobals) },
  { files: ['src/modules/*/domain/**/*.ts'], rules: pure([...impureGlobals, 'crypto']) },
  {
    // These use the terminal as their output.
    files: ['src/main/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.js'],
    rules: { 'no-console': 'off' },
  },
  {
    files: [...SPECS, 'test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'bahi/max-code-lines': 'off',
      'max-lines': ['error', 800],
      'max-lines-per-function': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-syntax': 'off',
      // Answers received over HTTP are read field by field.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off', // `expect(x.method)` does not call it.
    },
  },
  {
    files: ['test/flows/**/*.ts', 'test/long/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Use documentedFetch: each answer is held against the OpenAPI document.' },
      ],
    },
  },
  { files: [GENERATED], languageOptions: { parser: tseslint.parser } },
  ...web,
);
