import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Paths are relative to the root of the repository, whose configuration includes this list. */
export default [
  {
    files: ['web/**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    ignores: ['web/src/api/generated/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'bahi/max-code-lines': ['error', { max: 200 }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      // An event handler may be async: its errors are shown by the mutation that it started.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-globals': ['error', { name: 'parseFloat', message: 'Money is whole paise.' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Text never becomes HTML.' },
        { selector: 'JSXText[value=/\\p{L}/u]', message: 'Text stands in the catalogue (text/en.ts, text/hi.ts).' },
      ],
    },
  },
  {
    // Specs may contain a word or two of text.
    files: ['web/src/**/*.spec.{ts,tsx}'],
    rules: { 'bahi/max-code-lines': 'off', 'max-lines-per-function': 'off', 'no-restricted-syntax': 'off' },
  },
];
