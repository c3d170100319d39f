import { existsSync, renameSync, rmSync } from 'node:fs'
import { UnusableDatabase } from './failure.ts'
import { createPrivate, sync } from './files.ts'
import { connectRaw } from './sqlite.ts'

/** How long to wait for others' locks: nobody else waits for a command. */
const busyTimeout = 'pragma busy_timeout = 10000'

/**
 * Writes a copy of the database as it is at one moment, log and all, to a file that must not exist yet. Servers go on
 * meanwhile. Under its name the file is whole, checked and on disk, or it is not there.
 */
export function backUp(path: string, target: string): void {
  if (existsSync(target))
    throw new UnusableDatabase(`There is a file ${target} already: a backup never overwrites one.`)
  const part = `${target}.part`
  // What an earlier try left that was killed.
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
    const wrong = checkPages(part)
    if (wrong !== null) throw new UnusableDatabase(`The database ${path} is damaged: ${wrong}`)
    sync(part)
    renameSync(part, target)
    sync(target)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

/** What SQLite finds wrong in a file that nobody writes to; null: nothing. */
export function checkPages(path: string): string | null {
  const connection = connectRaw(path)
  try {
    const [row] = connection.prepare('pragma integrity_check(1)').all()
    const said = String(Object.values(row as object)[0])
    return said === 'ok' ? null : said
  } finally {
    connection.close()
  }
}
