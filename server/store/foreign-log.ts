import { UnusableDatabase } from './failure.ts'
import { inspectLog } from './log-file.ts'
import { tryToOwn } from './owner-lock.ts'

/**
 * For whoever opens a database file that a server may have open: SQLite would copy a foreign log into it without a word.
 *
 * @throws UnusableDatabase
 */
export function refuseForeignLog(path: string): void {
  if (!inspectLog(path).isForeign) return
  // A log that is being written may look like one. A server that holds the lock has inspected it itself.
  const release = tryToOwn(`${path}-lock`)
  if (!release) return
  try {
    if (inspectLog(path).isForeign) throw foreignLog(path)
  } finally {
    release()
  }
}

export const foreignLog = (path: string): UnusableDatabase =>
  new UnusableDatabase(
    `${isForeign(path)}, and to open it would undo that. ` +
      `Move ${path}-wal and ${path}-shm away to keep the file as it is, or put the backup in its place with netgiro-checkout restore.`,
  )

/** @throws UnusableDatabase if the log beside a backup is not its own; nobody has either of them open */
export function refuseForeignLogOf(backup: string): void {
  if (inspectLog(backup).isForeign)
    throw new UnusableDatabase(
      `${isForeign(backup)}. Move ${backup}-wal away to restore the file as it is.`,
    )
}

const isForeign = (path: string) =>
  `The log ${path}-wal does not belong to ${path}: the file was replaced, perhaps by a backup`
