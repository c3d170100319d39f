import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** Starts the longest files first, so that no worker is left with one of them at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      /money|everything-ends|replicas|leases|busy/.test(moduleId)
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These have runners of their own.
    exclude: [...configDefaults.exclude, 'test/{widget,packages,e2e,bench}/**'],
    globalSetup: 'test/support/scratch.ts',
    // For a test that hangs; none fails because a machine is slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The tests share no state but files and ports of their own, so that each process reads the server's modules only once.
    isolate: false,
    // They wait for disks, sockets and leases as long as they compute.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
  },
})
