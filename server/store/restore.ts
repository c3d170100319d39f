import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { Kysely, sql } from 'kysely'
import { checkPages } from './backup.ts'
import { storeDialect } from './dialect.ts'
import { UnusableDatabase, whyNotOpened } from './failure.ts'
import { createPrivate, makePrivate, sync, toOwnerOf } from './files.ts'
import { refuseForeignLogOf } from './foreign-log.ts'
import { executedMigrations, refuseForeign } from './migrate.ts'
import { inUse, tryToOwn } from './owner-lock.ts'
import { writeProgressSync } from './progress-file.ts'
import type { Tables } from './schema.ts'
import { connectRaw, openSqlite } from './sqlite.ts'

export interface Restored {
  /** Where the previous database is kept now; null if there was none. */
  readonly before: string | null
  /** The previous database had a write-ahead log, which is kept with it. */
  readonly hadLog: boolean
  /** Time of the last change in the backup; null if it has none. */
  readonly newestAt: number | null
}

/**
 * Replaces the database by a backup and keeps the previous one beside it under another name. Refuses while a server runs. A
 * crash leaves one of the two in place.
 *
 * @throws UnusableDatabase, with a message for the operator
 */
export async function restoreFrom(source: string, path: string, now: number): Promise<Restored> {
  if (!existsSync(source)) throw new UnusableDatabase(`There is no file ${source}.`)
  refuseForeignLogOf(source)
  makePrivateFolderOf(path)
  const give = toOwnerOf(path)
  give([`${path}-lock`])
  const release = tryToOwn(`${path}-lock`)
  if (!release) throw new UnusableDatabase(`${inUse(path)} first.`)
  try {
    const fresh = `${path}.restoring`
    rmSync(fresh, { force: true })
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(fresh + suffix, { force: true })
    createPrivate(fresh)
    copyWithLog(source, fresh)
    const { newestAt, history } = await verifyBackup(fresh, source)
    sync(fresh)
    give([fresh])
    const before = existsSync(path) ? freeName(`${path}.before-${stamp(now)}`) : null
    const hadLog = before !== null && keepPrevious(path, before)
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    renameSync(fresh, path)
    // Of the connection that looked at it: they are empty, and belong to a name that is no more.
    for (const suffix of ['-wal', '-shm']) rmSync(fresh + suffix, { force: true })
    sync(path)
    writeProgressSync(path, { history, at: now })
    give([`${path}-mark`, ...(before === null ? [] : [before, `${before}-wal`])])
    return { before, hadLog, newestAt }
  } finally {
    release()
  }
}

const makePrivateFolderOf = (path: string) => makePrivate(`${path}-lock`)

/** A manual copy of a running database may have its log beside it. */
function copyWithLog(source: string, fresh: string): void {
  copyFileSync(source, fresh)
  if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${fresh}-wal`)
}

/** Throws an `UnusableDatabase` unless the file is a backup of ours. */
async function verifyBackup(fresh: string, source: string) {
  try {
    const damage = checkPages(fresh)
    if (damage !== null) throw new UnusableDatabase(`The backup ${source} is damaged: ${damage}`)
    const db = new Kysely<Tables>({ dialect: storeDialect(openSqlite(fresh)) })
    try {
      const executed = await executedMigrations(db)
      await refuseForeign(db, source, executed)
      if (!executed?.length) throw new UnusableDatabase(`The backup ${source} is empty.`)
      const { rows } = await sql<{ at: number | null; seq: number | null }>`
        select max(at) as at, max(seq) as seq from history`.execute(db)
      return { newestAt: rows[0]?.at ?? null, history: rows[0]?.seq ?? 0 }
    } finally {
      // Closing the last connection copies the log into the database.
      await db.destroy()
    }
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(fresh + suffix, { force: true })
    const reason = whyNotOpened(error)
    throw reason === null ? error : new UnusableDatabase(`The backup ${source} ${reason}.`)
  }
}

/** Gives the database a second name, including the contents of its log. */
function keepPrevious(path: string, before: string): boolean {
  const hadLog = existsSync(`${path}-wal`)
  try {
    // What is kept is what was there: a foreign log beside the file, and not in it.
    refuseForeignLogOf(path)
    const connection = connectRaw(path)
    connection.exec('pragma wal_checkpoint(truncate)')
    connection.close()
  } catch {
    // It may be damaged, which may be why it is replaced. Its log is kept as it is.
  }
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${before}-wal`)
  try {
    linkSync(path, before)
  } catch {
    copyFileSync(path, before) // Not every file system supports hard links.
  }
  return hadLog
}

/** Two restores may be of one second, and neither may replace what the other has kept. */
function freeName(name: string): string {
  let free = name
  for (let number = 2; existsSync(free); number++) free = `${name}-${number}`
  return free
}

const stamp = (now: number) => new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
