import { expect, it } from 'vitest'
import { PeriodicTask } from '../../../server/core/jobs/periodic-task.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** A task each run of which goes on until it is told to end. */
function openTask() {
  const clock = new ManualClock()
  const ends: (() => void)[] = []
  const task = new PeriodicTask({
    ...{ clock, intervalMs: 1_000 },
    run: () => new Promise<void>((resolve) => ends.push(resolve)),
    onError(error) {
      throw error
    },
  })
  task.start()
  const end = async () => {
    ends.at(-1)?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, task, ends, end }
}

it('a periodic task that is asked to run while it runs does so once more when that run has ended', async () => {
  const { clock, task, ends, end } = openTask()
  clock.advance(1_000)
  task.runNow()
  task.runNow()
  expect(ends).toHaveLength(1)
  await end()
  expect(ends).toHaveLength(2)
  await end()
  expect(ends).toHaveLength(2)
  clock.advance(1_000)
  expect(ends).toHaveLength(3)
})

it('a periodic task that is stopped while it is to run once more ends with that run', async () => {
  const { clock, task, ends, end } = openTask()
  task.runNow()
  task.runNow()
  const stopping = task.stop()
  await end()
  await stopping
  clock.advance(10_000)
  expect(ends).toHaveLength(1)
})
