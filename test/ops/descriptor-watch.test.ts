import { expect, it } from 'vitest'
import { createLog } from '../../server/log.ts'
import { DescriptorWatch } from '../../server/ops/descriptor-watch.ts'
import type { Descriptors } from '../../server/ops/descriptor-watch.ts'
import { ManualClock } from '../support/manual-clock.ts'

type Line = Readonly<Record<string, unknown>>

function watching(read?: () => Promise<Descriptors | null>) {
  const clock = new ManualClock()
  const lines: Line[] = []
  const log = createLog('info', { write: (text) => void lines.push(JSON.parse(text) as Line) })
  const watch = new DescriptorWatch({ clock, log, ...(read && { read }) })
  watch.start()
  const wait = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      clock.advance(10_000)
      await new Promise(setImmediate)
    }
  }
  return { watch, lines, wait }
}

it('logs once a minute that few file descriptors are left, with how many are open and may be', async () => {
  let open = 800
  const { watch, lines, wait } = watching(() => Promise.resolve({ open, limit: 1_000 }))
  await wait(120_000)
  expect(lines).toEqual([])
  open = 801
  await wait(120_000)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatchObject({ open: 801, limit: 1_000 })
  const msg = 'few file descriptors are left'
  expect(lines[0]).toMatchObject({
    msg,
    remedy: expect.stringMatching(/^raise the limit/) as string,
  })
  await watch.stop()
})

it('logs that no file descriptor is left when it cannot even count them', async () => {
  let isFull = false
  const full = Object.assign(new Error('scandir'), { code: 'EMFILE' })
  const { watch, lines, wait } = watching(() =>
    isFull ? Promise.reject(full) : Promise.resolve({ open: 20, limit: 1_000 }),
  )
  await wait(10_000)
  isFull = true
  await wait(60_000)
  expect(lines).toMatchObject([{ limit: 1_000, unsentCalls: 0 }])
  expect(lines[0]).toMatchObject({ msg: 'no file descriptor is left' })
  await watch.stop()
})

it('logs at once that calls are not sent for want of a file descriptor, and counts them', async () => {
  const { watch, lines, wait } = watching(() => Promise.resolve(null))
  watch.noteUnsent('ECONNREFUSED')
  expect(lines).toEqual([])
  for (const code of ['EMFILE', 'EMFILE', 'ENFILE']) watch.noteUnsent(code)
  expect(lines).toMatchObject([{ unsentCalls: 1 }])
  await wait(60_000)
  watch.noteUnsent('EMFILE')
  expect(lines).toMatchObject([{ unsentCalls: 1 }, { unsentCalls: 3 }])
  await watch.stop()
})
