import { group, name } from './test/mutation/groups.mjs'

/**
 * Mutation testing, `npm run test:mutation`: see docs/testing.md. What survives for a reason is in test/mutation/survivors.md.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [...group.mutate],
  thresholds: { high: 95, low: 95, break: 95 },
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  // A mutant that takes longer counts as killed, and a busy machine must not be the cause.
  timeoutMS: 20_000,
  // Tables and constants are made once, when a module is read; their mutants count like all others.
  ignoreStatic: false,
  warnings: { slow: false },
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  jsonReporter: { fileName: `.cache/mutation-${name}.json` },
  // Ignored by git and by every tool, as the sandboxes are to be.
  tempDirName: '.cache/stryker',
  cleanTempDir: 'always',
  ignorePatterns: ['**/dist', 'data'],
}
