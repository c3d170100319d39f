/**
 * What is mutated, and the tests that each mutant is run against: only what runs in this process can see one, so no test that
 * starts another. Each group is a run of its own, because a mutant of a table, a constant or a compiled query is run against all
 * tests of its group.
 *
 * @typedef {{ readonly mutate: readonly string[], readonly tests: readonly string[] }} Group
 * @type {Readonly<Record<'decisions' | 'core' | 'store' | 'files' | 'webhooks', Group>>}
 */
export const groups = {
  // Most decisions, and no server: this group is held to the threshold.
  decisions: {
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
    tests: [
      'test/core/transitions/*.test.ts',
      'test/core/attempts/{backoff,lost-start,next-action,timer-queue*,tracked-attempt}.test.ts',
      'test/core/{capture,model,pending-change,recheck-delays,views}.test.ts',
      'test/core/{callback-polls,callback-retries,providers,pubsub*,waiting}.test.ts',
      'test/core/{checkout-cache,clock,errors,lru-cache,payer,rate-limits,refund-tries}.test.ts',
      'test/providers/{account,configured,http-client,netgiro-v2,order-limits,permit}.test.ts',
      'test/providers/netgiro/{netgiro-partner,provider,result-codes,signature}.test.ts',
      'test/providers/netgiro/netgiro-v2-{answers,cancel}.test.ts',
      'test/providers/avarda/{avarda,avarda-order,avarda-states}.test.ts',
      'test/receipts/receipts.test.ts',
      'test/webhooks/{circuit-breaker,delivery,schedule,slots,target}.test.ts',
    ],
  },
  // What acts on the decisions: on real servers, simulators and SQLite files.
  core: {
    mutate: [
      'server/core/attempts/{approval-looks,attempt-*,calls-under-way,provider-calls,resume-attempts}.ts',
      'server/core/{audit,jobs}/*.ts',
      'server/core/{callbacks,checkouts,codes-given,commands,owned-provider,refunds,remote-changes}.ts',
      'server/core/{repository,service,sessions,starts,support}.ts',
    ],
    tests: [
      'test/core/**/*.test.ts',
      'test/http/{http,idempotency,rate-limits}.test.ts',
      'test/ops/{audit,reconcile-avarda}.test.ts',
    ],
  },
  // Not the migrations, which never change, nor what only PostgreSQL needs.
  store: {
    mutate: [
      'server/store/{anonymize,begin-attempt,checkout-queries,checkout-store,compiled,create-checkout}.ts',
      'server/store/{correct-future-times,event-*,history,late-checks,login-store,merchant-directory}.ts',
      'server/store/{outbox-store,purge,retention,rows,save-checkout,search,sessions}.ts',
    ],
    tests: [
      'test/store/{fences,history,merchants,query-plans,search,store}.test.ts',
      'test/webhooks/{webhook-order,webhooks}.test.ts',
      'test/core/{money-references,support}.test.ts',
      'test/core/jobs/{expire-checkouts,late}.test.ts',
    ],
  },
  // What is done about the file of a database.
  files: {
    mutate: [
      'server/store/{backup,checkpoints,database,dialect,failure,files,foreign-log,log-file,migrate}.ts',
      'server/store/{owner-lock,progress-file,restore,schema-check,sqlite,sqlite-database,write-queue}.ts',
    ],
    tests: [
      'test/store/{busy,checkpoints,retention,store,unusable-database}.test.ts',
      'test/ops/{backup,commands,gone}.test.ts',
    ],
  },
  webhooks: {
    mutate: ['server/webhooks/{capture-approval,post,sender,skip-old-events}.ts'],
    tests: ['test/webhooks/{capture-approval,webhook-*,webhooks}.test.ts'],
  },
}

/** The group that is run. */
export const name = process.env.MUTATE ?? 'decisions'

export const group = groups[name]
