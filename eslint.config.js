import eslint from '@eslint/js'
import { configs as lit } from 'eslint-plugin-lit'
import { configs as wc } from 'eslint-plugin-wc'
import tseslint from 'typescript-eslint'

/** `${condition && …}` in a template shows the word "false" where the condition does not hold. */
const inTemplate = "TaggedTemplateExpression[tag.name='html'] > TemplateLiteral"
const noAndInTemplates = [
  `${inTemplate} > LogicalExpression[operator='&&']`,
  `${inTemplate} ConditionalExpression > LogicalExpression.consequent[operator='&&']`,
  `${inTemplate} ConditionalExpression > LogicalExpression.alternate[operator='&&']`,
  `${inTemplate} CallExpression > ArrowFunctionExpression > LogicalExpression.body[operator='&&']`,
].map((selector) => ({ selector, message: 'A template shows `false`: write `… ? … : null`.' }))

/** What a page may have replaced by a wrapper that depends on its `this`. */
const ofTheWindow = [
  ...['addEventListener', 'removeEventListener', 'dispatchEvent', 'postMessage', 'fetch'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'queueMicrotask'],
  ...['requestAnimationFrame', 'cancelAnimationFrame', 'getComputedStyle', 'matchMedia'],
].map((name) => ({ name, message: `Call it as a method: globalThis.${name}(…)` }))

export default tseslint.config(
  {
    ignores: [
      ...['**/dist/', '**/node_modules/', '**/.cache/', 'data/'],
      // Declarations for frameworks that are not installed here.
      'widget/types/',
      // In the dialects of their frameworks.
      ...['test/apps/src/', 'test/apps/rendered/', 'test/apps/types/'],
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A number in a template string is what the reader expects; the rule is meant for objects.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `onChange={() => void save()}` style arrows are the usual shape of event handlers.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['{server,widget,demo,integrations}/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 70, IIFEs: true }] },
  },
  { files: ['widget/**/*.ts'], extends: [lit['flat/recommended'], wc['flat/recommended']] },
  { files: ['widget/**/*.ts'], rules: { 'no-restricted-globals': ['error', ...ofTheWindow] } },
  {
    files: ['widget/**/*.ts', 'demo/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noAndInTemplates] },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['test/**/*.ts'],
    // Assertions read better with `!` and chai's expression statements; a wrong guess fails the test anyway.
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      // The runners' matchers inside an expected object (`expect.stringMatching(…)`) are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
)
