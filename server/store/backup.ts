import { existsSync, renameSync, rmSync } from 'node:fs'
import { UnusableDatabase } from './failure.ts'
import { createPrivate, sync } from './files.ts'
import { refuseForeignLog } from './foreign-log.ts'
import { connectRaw } from './sqlite.ts'

/** A command can wait longer for locks than a server. */
const busyTimeout = 'pragma busy_timeout = 10000'

/**
 * Writes a consistent copy of the database, including its log, to a file that must not exist yet; a server may keep running.
 * The file appears under its name only when it is complete, checked and on disk.
 *
 * @throws UnusableDatabase, with a message for the operator
 */
export function backUp(path: string, target: string): void {
  if (existsSync(target))
    throw new UnusableDatabase(`The file ${target} already exists: a backup never overwrites one.`)
  refuseForeignLog(path)
  const part = `${target}.part`
  // Left over if an earlier backup was killed.
  rmSync(part, { force: true })
  createPrivate(part)
  try {
    const source = connectRaw(path)
    try {
      source.exec(busyTimeout)
      // [sqlite] "The file named by the INTO clause must not previously exist, or else it must be an empty file".
      source.exec(`vacuum into '${part.replaceAll("'", "''")}'`)
    } finally {
      source.close()
    }
    const damage = checkPages(part)
    if (damage !== null) throw new UnusableDatabase(`The database ${path} is damaged: ${damage}`)
    sync(part)
    renameSync(part, target)
    sync(target)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

/** Runs SQLite's integrity check on a file without writers. Returns the first error, or null. */
export function checkPages(path: string): string | null {
  const connection = connectRaw(path)
  try {
    const [row] = connection.prepare('pragma integrity_check(1)').all()
    const result = String(Object.values(row as object)[0])
    return result === 'ok' ? null : result
  } finally {
    connection.close()
  }
}
