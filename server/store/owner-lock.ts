import { setTimeout } from 'node:timers/promises'
import type { Clock, ClockDifference } from '../core/clock.ts'
import { failureOf, UnusableDatabase } from './failure.ts'
import { makePrivate } from './files.ts'
import { connectRaw } from './sqlite.ts'

const retryDelayMs = 200

export interface OwnerOptions {
  readonly now: () => number
  /** How long to wait for the server that owns the file; 0: not at all. PostgreSQL is shared, and nobody waits. */
  readonly waitMs: number
  /** Called once if another server owns the database. */
  readonly onWait: () => void
  /** PostgreSQL: where notifications can be listened for. Default: the URL of the database. */
  readonly listenUrl?: string | null
  /** PostgreSQL: of the keys that this server knows, the one that it writes with first; other servers have to know them. */
  readonly hashKeyChecks?: readonly string[]
  /** PostgreSQL: the machine's own clock, which leases go by until they are renewed. */
  readonly machineClock?: Pick<Clock, 'now' | 'monotonic'>
  /** PostgreSQL: called with how far that is ahead of the database's, at first before anything is read or written. */
  readonly onClock?: (ahead: ClockDifference) => void
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes this server the only one on the database: its timers and its memory are right only while no other server acts. The
 * lock is SQLite's own, on a file beside the database, so it works wherever SQLite does, and the system releases it however
 * the process ends. Commands do not take it; they work beside a server.
 *
 * @returns a function that releases the database
 * @throws UnusableDatabase if another server still owns the database after `waitMs`
 */
export async function ownDatabase(path: string, options: OwnerOptions): Promise<() => void> {
  const { waitMs, onWait, signal } = options
  for (let waited = 0; ; waited += retryDelayMs) {
    const release = tryToOwn(`${path}-lock`)
    if (release) return release
    if (waited >= waitMs)
      throw new UnusableDatabase(`${inUse(path)}, or set DATABASE_WAIT_SECONDS to wait for it.`)
    if (waited === 0) onWait()
    await setTimeout(retryDelayMs, undefined, { signal })
  }
}

/** Returns null if another process, or another server in this one, holds the lock. */
export function tryToOwn(lockPath: string): (() => void) | null {
  makePrivate(lockPath)
  const lock = connectRaw(lockPath)
  try {
    // Through `exec`, and nothing is ever written: the file stays empty.
    lock.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (failureOf(error) === 'busy') return null
    throw error
  }
}

export const inUse = (path: string) =>
  `The database ${path} is in use by another server: only one at a time may have it. Stop that one`
