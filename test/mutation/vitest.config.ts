import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** A mutant is killed by the first test that fails, so the shortest files come first. */
class ShortestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).reverse()
  }
}

/** The tests that mutants are run against. Only what runs in this process can see one: no test that starts another. */
export default defineConfig({
  test: {
    include: [
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
    isolate: false,
    // Stryker ends a mutant that hangs; none is killed by a machine that is slow.
    testTimeout: 120_000,
    sequence: { sequencer: ShortestFirst },
  },
})
