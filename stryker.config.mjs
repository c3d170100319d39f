/**
 * Mutation testing, `npm run test:mutation`: see docs/testing.md. What survives for a reason is in test/mutation/survivors.md.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  // What has been brought to the threshold. The rest of these folders is to follow, but for the migrations, which never
  // change: server/core, server/store, server/webhooks.
  mutate: [
    'server/core/{transitions,model}/*.ts',
    'server/core/attempts/{backoff,lost-start,next-action,poll-slots,timer-queue,tracked-attempt}.ts',
    'server/core/{capture,history,payer,pending-change,recheck-delays,transition,views}.ts',
    'server/core/{rate-limits,start-refusal,refund-review,refund-tries}.ts',
    'server/core/{callback-polls,callback-retries,callback-urls,postponed-tasks,provider,pubsub,waiting}.ts',
    'server/core/{checkout-cache,clock,errors,lru-cache,receipt}.ts',
    'server/providers/**/*.ts',
    'server/webhooks/{circuit-breaker,delivery,schedule,slots,target}.ts',
  ],
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
  jsonReporter: { fileName: '.cache/mutation.json' },
  // Ignored by git and by every tool, as the sandboxes are to be.
  tempDirName: '.cache/stryker',
  cleanTempDir: 'always',
  ignorePatterns: ['**/dist', 'data'],
}
