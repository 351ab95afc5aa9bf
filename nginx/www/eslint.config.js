// eslint.config.js — What every script of the tree is held to: the web client, its tests, and the
// scripts of the tools. lint.sh runs it.

import js from '@eslint/js';
import globals from 'globals';
import lit from 'eslint-plugin-lit';

const client = 'nginx/www/src';

// Each folder may use those before it, never those behind it (README.md, "Reading the sources").
const folders = ['state', 'net', 'app', 'i18n', 'view'];
const layers = folders.slice(0, -1).map((folder, i) => ({
  files: [`${client}/${folder}/**/*.js`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^\\.\\./(${folders.slice(i + 1).join('|')})/`,
            message: `src/${folder} stands before these folders and knows nothing of them.`,
          },
        ],
      },
    ],
  },
}));

export default [
  { ignores: ['**/node_modules/**', 'build/**', 'run/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: 'module' },
    rules: {
      eqeqeq: 'error',
      'no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-var': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      'no-shadow-restricted-names': 'error',
      'no-implicit-coercion': ['error', { boolean: false }],
      'no-throw-literal': 'error',
      'array-callback-return': 'error',
      'no-self-compare': 'error',
      'no-unmodified-loop-condition': 'error',
      // As .clang-format has it for code. Templates and words of people are as long as they are.
      'max-len': [
        'error',
        {
          code: 120,
          comments: 100,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
        },
      ],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 60],
      complexity: ['error', 16],
    },
  },
  { files: ['**/test/**', 'tests/**', '**/i18n/**'], rules: { 'max-lines-per-function': 'off' } },
  {
    files: [`${client}/**/*.js`, 'nginx/www/demo/host.js'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: [`${client}/**/*.js`],
    plugins: { lit },
    rules: {
      ...lit.configs['flat/recommended'].rules,
      // Texts are never markup, and nothing is left on somebody's console.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
          message: 'Texts are never markup: use a template.',
        },
        { selector: 'ImportDeclaration[source.value=/unsafe-/]', message: 'Texts are never markup: use a template.' },
      ],
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  {
    files: [`${client}/view/*.js`],
    ignores: ['**/*.css.js'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'lit', importNames: ['css'], message: 'Styles stand in a .css.js of their own.' }] },
      ],
    },
  },
  ...layers,
  {
    files: ['nginx/www/*.{js,mjs}', 'nginx/www/demo/host.mjs', 'nginx/www/test/**', 'tests/**/*.mjs', 'tools/**/*.mjs'],
    languageOptions: { globals: globals.node },
  },
  // What runs in a page that a test drives.
  { files: ['tests/web/**/*.mjs', 'nginx/www/test/**'], languageOptions: { globals: globals.browser } },
];
