import { setTimeout } from 'node:timers/promises'
import { failureOf, UnusableDatabase } from './failure.ts'
import { makePrivate } from './files.ts'
import { connectRaw } from './sqlite.ts'

const retryDelayMs = 200

export interface OwnerOptions {
  readonly now: () => number
  /** How long to wait for the server that has the database; 0: not at all. */
  readonly waitMs: number
  /** Called once when there is somebody to wait for. */
  readonly onWait: () => void
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined
}

/**
 * One server at a time has the database: its timers and what it holds in memory are right only while nobody else acts.
 * The lock is SQLite's own, on a file beside the database, so it works wherever SQLite does, and the system lets it go
 * when the process dies, however it dies. Commands do not take it: they work beside a server.
 */
export async function ownDatabase(path: string, options: OwnerOptions): Promise<() => void> {
  const { waitMs, onWait, signal } = options
  for (let waited = 0; ; waited += retryDelayMs) {
    const release = tryToOwn(`${path}-lock`)
    if (release) return release
    if (waited >= waitMs) throw new UnusableDatabase(inUse(path))
    if (waited === 0) onWait()
    await setTimeout(retryDelayMs, undefined, { signal })
  }
}

/** Null: another process, or another server in this one, has it. */
export function tryToOwn(lockPath: string): (() => void) | null {
  makePrivate(lockPath)
  const lock = connectRaw(lockPath)
  try {
    // By `exec`, and nothing is ever written: the file stays empty.
    lock.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (failureOf(error) === 'busy') return null
    throw error
  }
}

export const inUse = (path: string) =>
  `The database ${path} is in use by another server: only one at a time may have it. Stop that one, or set DATABASE_WAIT_SECONDS to wait for it.`
