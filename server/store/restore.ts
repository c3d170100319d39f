import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { Kysely, sql } from 'kysely'
import { checkPages } from './backup.ts'
import { storeDialect } from './dialect.ts'
import { UnusableDatabase, whyNotOpened } from './failure.ts'
import { createPrivate, makePrivate, sync } from './files.ts'
import { writeMarkSync } from './mark.ts'
import { executedMigrations, refuseForeign } from './migrate.ts'
import { inUse, tryToOwn } from './owner-lock.ts'
import type { Tables } from './schema.ts'
import { connectRaw, openSqlite } from './sqlite.ts'

export interface Restored {
  /** Where the database is now that was there before; null: there was none. */
  readonly before: string | null
  /** A log of the one before lay beside it and has gone with it. */
  readonly hadLog: boolean
  /** When the last change in the backup was made; null: it holds none. */
  readonly newestAt: number | null
}

/**
 * Puts a backup in the place of the database, which is kept beside it under another name. Refused while a server runs. A
 * crash in the middle leaves the one or the other in place, and never neither.
 */
export async function restoreFrom(source: string, path: string, now: number): Promise<Restored> {
  if (!existsSync(source)) throw new UnusableDatabase(`There is no file ${source}.`)
  makePrivateFolderOf(path)
  const release = tryToOwn(`${path}-lock`)
  if (!release) throw new UnusableDatabase(inUse(path))
  try {
    const fresh = `${path}.restoring`
    rmSync(fresh, { force: true })
    for (const end of ['-wal', '-shm', '-journal']) rmSync(fresh + end, { force: true })
    createPrivate(fresh)
    copyWithLog(source, fresh)
    const { newestAt, history } = await examine(fresh, source)
    sync(fresh)
    const before = existsSync(path) ? `${path}.before-${stamp(now)}` : null
    const hadLog = before !== null && keepAside(path, before)
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
    renameSync(fresh, path)
    sync(path)
    writeMarkSync(path, { history, at: now })
    return { before, hadLog, newestAt }
  } finally {
    release()
  }
}

const makePrivateFolderOf = (path: string) => makePrivate(`${path}-lock`)

/** A copy that was made of a running database by hand may have its log beside it. */
function copyWithLog(source: string, fresh: string): void {
  copyFileSync(source, fresh)
  if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${fresh}-wal`)
}

/** Refuses what is no backup of ours, in a sentence. */
async function examine(fresh: string, source: string) {
  try {
    const wrong = checkPages(fresh)
    if (wrong !== null) throw new UnusableDatabase(`The backup ${source} is damaged: ${wrong}`)
    const db = new Kysely<Tables>({ dialect: storeDialect(openSqlite(fresh)) })
    try {
      const executed = await executedMigrations(db)
      await refuseForeign(db, source, executed)
      if (!executed?.length) throw new UnusableDatabase(`The backup ${source} is empty.`)
      const { rows } = await sql<{ at: number | null; seq: number | null }>`
        select max(at) as at, max(seq) as seq from history`.execute(db)
      return { newestAt: rows[0]?.at ?? null, history: rows[0]?.seq ?? 0 }
    } finally {
      // The last one to close a database takes its log into it.
      await db.destroy()
    }
  } catch (error) {
    for (const end of ['', '-wal', '-shm']) rmSync(fresh + end, { force: true })
    const why = whyNotOpened(error)
    throw why === null ? error : new UnusableDatabase(`The backup ${source} ${why}.`)
  }
}

/** The database under a second name, with all that its log holds. */
function keepAside(path: string, before: string): boolean {
  const hadLog = existsSync(`${path}-wal`)
  try {
    const connection = connectRaw(path)
    connection.exec('pragma wal_checkpoint(truncate)')
    connection.close()
  } catch {
    // It is damaged: that may be why it is replaced. Its log is kept as it is.
  }
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${before}-wal`)
  try {
    linkSync(path, before)
  } catch {
    copyFileSync(path, before) // Not every file system has links.
  }
  return hadLog
}

const stamp = (now: number) => new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
