// @ts-check
import { defineConfig, globalIgnores } from 'eslint/config';
import { configs as lit } from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import { configs as wc } from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';

/** Which rooms of src/ a room may import from, besides itself. Imports go one way: see docs/life-of-a-frame.md. */
const MAY_IMPORT = {
  shared: [],
  sample: ['shared'],
  tracking: ['shared'],
  segmentation: ['shared'],
  render: ['shared'],
  record: ['shared'],
  capture: ['shared', 'sample'],
  session: ['shared', 'capture', 'sample'],
  ui: ['shared', 'capture', 'session'],
  workers: ['shared', 'sample', 'segmentation', 'tracking', 'render', 'record'],
};
const ROOMS = Object.keys(MAY_IMPORT);

const oneWay = Object.entries(MAY_IMPORT).map(([room, allowed]) => {
  const refused = ROOMS.filter((other) => other !== room && !allowed.includes(other));
  return {
    name: `one-way/${room}`,
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${refused.join('|')})/`,
              message: `src/${room} may import from: ${[room, ...allowed].join(', ')}.`,
            },
          ],
        },
      ],
    },
  };
});

export default defineConfig([
  globalIgnores(['dist', '.cache', 'node_modules', 'models', 'public', 'test-results', 'playwright-report']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/require-await': 'off',
      // The interfaces of the DOM and of Comlink are full of methods handed on as values.
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['warn', { max: 400, skipBlankLines: true }],
      'no-console': 'error',
      'no-eval': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'TSEnumDeclaration', message: 'String unions, not enums.' },
      ],
    },
  },
  ...oneWay,
  {
    files: ['src/ui/**/*.ts'],
    extends: [lit['flat/recommended'], wc['flat/recommended'], litA11y.configs.recommended],
    settings: { wc: { elementBaseClasses: ['LitElement'] } },
    rules: { 'lit/no-useless-template-literals': 'error', 'lit/prefer-nothing': 'error' },
  },
  { files: ['bench/**/*.ts', 'test/e2e/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // Configuration and scripts run in Node without a TypeScript project of their own.
    files: ['*.ts', '*.js', 'scripts/**/*.{ts,mjs}'],
    extends: [tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['warn', { max: 400, skipBlankLines: true }],
      eqeqeq: 'error',
    },
  },
  // Vitest's and Playwright's set-up files and configurations are default exports by contract.
  { files: ['test/helpers/*setup.ts'], rules: { 'no-restricted-syntax': 'off' } },
]);
