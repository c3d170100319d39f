import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely'
import type { Transaction } from 'kysely'
import { Checkpoints } from './checkpoints.ts'
import { migrations } from './schema.ts'
import type { Tables } from './schema.ts'
import { openSqlite } from './sqlite.ts'

interface Waiting {
  readonly job: Job<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

export type Job<T> = (trx: Transaction<Tables>) => Promise<T>

/** The database, brought to the newest schema. Reads go to `db`; everything that writes goes through `write`. */
export class Database {
  readonly db: Kysely<Tables>
  /** How many jobs were not written, whatever kept them from it. */
  failures = 0
  readonly #checkpoints: Checkpoints | null
  #jobs: Waiting[] = []
  #running = false

  private constructor(db: Kysely<Tables>, checkpoints: Checkpoints | null) {
    this.db = db
    this.#checkpoints = checkpoints
  }

  /** `url` is `file:./data/checkout.db`, or `file::memory:` for one that is gone with the process. */
  static async open(url: string): Promise<Database> {
    const path = url.replace(/^file:/, '')
    const isFile = path !== ':memory:'
    if (isFile) mkdirSync(dirname(path), { recursive: true })
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(path) }) })
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
    })
    const { error } = await migrator.migrateToLatest()
    if (error)
      throw new Error('The database could not be brought to the newest schema', { cause: error })
    // Off until then, for a migration may have to make a table anew that others refer to.
    await sql`pragma foreign_keys = on`.execute(db)
    return new Database(db, isFile ? new Checkpoints(path) : null)
  }

  /**
   * Runs the job in a transaction; it is on disk when the promise resolves. All jobs of one turn of the event loop
   * share a transaction, and thus one wait for the disk.
   */
  write<T>(job: Job<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ job, resolve: (result) => resolve(result as T), reject })
      if (this.#running) return
      this.#running = true
      setImmediate(() => void this.#drain())
    })
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      const group = this.#jobs
      this.#jobs = []
      await this.#commit(group)
    }
    this.#running = false
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.db.transaction().execute(async (trx) => {
        const done: unknown[] = []
        for (const { job } of group) done.push(await job(trx))
        return done
      })
      group.forEach(({ resolve }, index) => resolve(results[index]))
      this.#checkpoints?.note(group.length)
    } catch (error) {
      const [only] = group
      if (group.length === 1 && only) {
        this.failures++
        only.reject(error)
        return
      }
      // One of them failed and took the others down with it: each gets a transaction of its own.
      for (const one of group) await this.#commit([one])
    }
  }

  /** What was forgotten of a person lies in the write-ahead log until that is emptied. */
  async emptyLog(): Promise<void> {
    await sql`pragma wal_checkpoint(truncate)`.execute(this.db)
  }

  async close(): Promise<void> {
    await this.#checkpoints?.close()
    await this.emptyLog().catch(() => {}) // It is emptied by the next process, or within its first hour.
    await this.db.destroy()
  }
}
