import { readdir, readFile } from 'node:fs/promises'
import type { Clock } from '../core/clock.ts'
import { PeriodicTask } from '../core/jobs/periodic-task.ts'
import type { Service } from '../core/service.ts'
import type { Log } from '../log.ts'

/** How many file descriptors the process has, and may have. */
export interface Descriptors {
  readonly open: number
  readonly limit: number
}

interface DescriptorWatchDeps {
  readonly clock: Clock
  readonly log: Log
  /** Null where the system does not say; rejects where none is left to ask with. */
  readonly read?: () => Promise<Descriptors | null>
}

const lookMs = 10_000
const quietMs = 60_000
/** As the alert NetgiroFewDescriptorsLeft has it. */
const fewShare = 0.8

const remedy = 'raise the limit (LimitNOFILE= of systemd, ulimits of a container)'

/**
 * Logs that file descriptors run out, once a minute at most. [libuv] a connection that cannot be accepted is closed at once, and Node
 * is not told; so it looks how many there are, and hears of calls that could not be sent for want of one.
 */
export class DescriptorWatch implements Service {
  readonly #deps: DescriptorWatchDeps
  readonly #read: () => Promise<Descriptors | null>
  readonly #task: PeriodicTask
  readonly #loggedAt = { few: -Infinity, none: -Infinity }
  #seen: Descriptors | null = null
  #unsent = 0

  constructor(deps: DescriptorWatchDeps) {
    this.#deps = deps
    this.#read = deps.read ?? readDescriptors
    const onError = (error: unknown) =>
      deps.log.error({ err: error }, 'counting descriptors failed')
    this.#task = new PeriodicTask({
      ...{ clock: deps.clock, intervalMs: lookMs, onError },
      run: () => this.#look(),
    })
  }

  start(): void {
    this.#task.start()
  }

  stop(): Promise<void> {
    return this.#task.stop()
  }

  /** Call it with why a call was not sent. */
  noteUnsent(code: string): void {
    if (!meansNone(code)) return
    this.#unsent++
    this.#report('none')
  }

  async #look(): Promise<void> {
    try {
      this.#seen = await this.#read()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && meansNone(error.code))) throw error
      this.#report('none')
      return
    }
    if (this.#seen && this.#seen.open > this.#seen.limit * fewShare) this.#report('few')
  }

  #report(which: 'few' | 'none'): void {
    const { clock, log } = this.#deps
    const now = clock.monotonic()
    if (now - this.#loggedAt[which] < quietMs) return
    this.#loggedAt[which] = now
    // How many are open cannot be counted without one.
    const { open, limit } = this.#seen ?? {}
    if (which === 'few') log.warn({ open, limit, remedy }, 'few file descriptors are left')
    else log.error({ limit, unsentCalls: this.#unsent, remedy }, 'no file descriptor is left')
    if (which === 'none') this.#unsent = 0
  }
}

/** [errno] of the process, or of the whole machine. */
const meansNone = (code: unknown): boolean => code === 'EMFILE' || code === 'ENFILE'

/** [proc] Linux alone has these files. */
async function readDescriptors(): Promise<Descriptors | null> {
  if (process.platform !== 'linux') return null
  const [names, limits] = [
    await readdir('/proc/self/fd'),
    await readFile('/proc/self/limits', 'utf8'),
  ]
  const limit = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity)
  // One of them was for the folder.
  return { open: names.length - 1, limit }
}
