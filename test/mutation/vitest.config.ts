import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'
import { group } from './groups.mjs'

/** A mutant is killed by the first test that fails, so the shortest files come first. */
class ShortestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).reverse()
  }
}

export default defineConfig({
  test: {
    include: [...group.tests],
    // Starting a PostgreSQL takes seconds, and both databases run the same lines; a worker has no umask of its own.
    testNamePattern: /^(?!.*(PostgreSQL|umask))/,
    isolate: false,
    // Stryker ends a mutant that hangs; none is killed by a machine that is slow.
    testTimeout: 120_000,
    // Sooner than Stryker does, which then needs a new process.
    env: { PATIENCE_SECONDS: '8' },
    sequence: { sequencer: ShortestFirst },
  },
})
