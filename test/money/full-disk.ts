/**
 * The full disk of edge-cases.test.ts, with a disk that is really full. Linux only, and it must be allowed to
 * mount: `sudo npx tsx test/money/full-disk.ts`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CrashSite } from './crashes.ts'

/** The result of the readiness probe is cached for a second. */
const cacheMs = 1_100

const disk = mkdtempSync(join(tmpdir(), 'money-disk-'))
const filler = join(disk, 'filler')
const bytes = 4 * 1024 * 1024
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk])

function fill(): void {
  try {
    writeFileSync(filler, Buffer.alloc(bytes))
  } catch {
    // The file is as large as there was room.
  }
}

try {
  const site = await CrashSite.open('manual', disk)
  try {
    for (const ms of [50, 3_000]) {
      const empty = () => rmSync(filler)
      const { state, calls } = await site.approveAmid('the disk was full', fill, empty, ms)
      console.log(`while it was full for ${ms} ms: ${state}, confirmed ${calls.ConfirmCart} times`)
    }
    console.log(await site.verdict())
    for (const [when, action] of [
      ['while it is full', fill],
      ['when there is room again', () => rmSync(filler)],
    ] as const) {
      action()
      await setTimeout(cacheMs)
      console.log(`${when}: ${JSON.stringify(await site.readiness())}`)
    }
  } finally {
    await site.close()
  }
} finally {
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true })
}
process.exit(0)
