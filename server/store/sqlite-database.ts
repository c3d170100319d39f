import { setTimeout } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import { Checkpoints } from './checkpoints.ts'
import { compiled } from './compiled.ts'
import type { Database, ExternalVersion, Loss, OpenOptions } from './database.ts'
import { storeDialect } from './dialect.ts'
import { failureOf, UnusableDatabase, whyNotOpened } from './failure.ts'
import { makePrivate, pathOf } from './files.ts'
import { foreignLog, refuseForeignLog } from './foreign-log.ts'
import { inspectLog } from './log-file.ts'
import { migrate } from './migrate.ts'
import { ownDatabase } from './owner-lock.ts'
import type { OwnerOptions } from './owner-lock.ts'
import { readProgress, writeProgress } from './progress-file.ts'
import type { Tables } from './schema.ts'
import { openSqlite } from './sqlite.ts'
import type { Connection } from './sqlite.ts'
import { WriteQueue } from './write-queue.ts'
import type { Job, WriteOptions } from './write-queue.ts'

interface Parts {
  readonly db: Kysely<Tables>
  readonly connection: Connection
  readonly path: string | null
  readonly release: (() => void) | null
  readonly loss: Loss | null
}

/** About ten seconds in total: while the database is being opened, no request waits yet. */
const openRetryDelays = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 3_000, 3_000]

/** A SQLite file, migrated to the newest schema. */
export class SqliteDatabase implements Database {
  readonly kind = 'file'
  readonly cluster = null
  readonly db: Kysely<Tables>
  readonly loss: Loss | null
  readonly #path: string | null
  readonly #connection: Connection
  readonly #queue: WriteQueue
  readonly #checkpoints: Checkpoints | null
  readonly #release: (() => void) | null
  readonly #now: () => number
  #generation = 0
  /** The next commit writes the next generation into the header; see `inspectLog`. */
  #isGenerationDue = false
  #progressWritten: Promise<void> = Promise.resolve()

  private constructor({ db, connection, path, release, loss }: Parts, options: OpenOptions) {
    this.db = db
    this.loss = loss
    this.#path = path
    this.#connection = connection
    this.#release = release
    const { onDamage, pause, owner } = options
    this.#now = owner?.now ?? (() => 0)
    this.#checkpoints =
      path === null
        ? null
        : new Checkpoints({
            path,
            onCheckpoint: () => this.#onCheckpoint(),
            ...(onDamage && { onDamage }),
          })
    this.#queue = new WriteQueue({
      failureOf,
      transact: (job) => this.#transact(job),
      reopen: () => connection.reopen(),
      onCommit: (jobs) => this.#checkpoints?.countWrites(jobs),
      ...(pause && { pause }),
    })
  }

  /**
   * @param url - e.g. `file:./data/checkout.db`, or `file::memory:` for one that ends with the process
   * @throws UnusableDatabase, with a message for the operator
   */
  static async open(url: string, options: OpenOptions = {}): Promise<SqliteDatabase> {
    const path = pathOf(url)
    const { keepsSchema = false } = options
    if (path === null) return new SqliteDatabase(await openParts(null, null, keepsSchema), options)
    const release = options.owner ? await acquire(path, options.owner) : null
    try {
      const log = release ? inspectLog(path) : null
      if (log?.isForeign) throw foreignLog(path)
      if (!release) refuseForeignLog(path)
      makePrivate(path)
      const parts = await openParts(path, release, keepsSchema, log?.lost)
      const database = new SqliteDatabase(parts, options)
      if (release) database.#beginGeneration(path)
      return database
    } catch (error) {
      release?.()
      throw describeError(error, path)
    }
  }

  get failures(): number {
    return this.#queue.failures
  }

  write<T>(job: Job<T>, options?: WriteOptions): Promise<T> {
    return this.#queue.add(job, options)
  }

  readonly explain = (error: unknown): unknown => explainSqlite(error, this.#path ?? ':memory:')

  async externalVersion(): Promise<ExternalVersion> {
    // In this order, a change between the two queries is found by the next check.
    const { rows: newest } = await selectNewestEntry(this.db, {})
    const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(this.db)
    return { version: rows[0]?.data_version, newestEntry: newest[0]?.seq ?? 0 }
  }

  isAway(error: unknown): boolean {
    return failureOf(error) !== 'refused'
  }

  limitWaiting(ms: number): void {
    this.#queue.limitWaiting(ms)
  }

  async emptyLog(): Promise<void> {
    if (!this.#checkpoints) return
    // Truncating blocks writers, so most of the log is copied beside them first. The rest has to be done on our connection,
    // because a truncation by another one looks like an external change.
    await this.#checkpoints.checkpointNow()
    this.#truncateLog()
  }

  async close(): Promise<void> {
    await this.#queue.close()
    await this.#checkpoints?.close()
    await this.#progressWritten
    this.#truncateLog()
    await this.db.destroy()
    this.#release?.()
  }

  #truncateLog(): void {
    try {
      this.#connection.exec('pragma wal_checkpoint(truncate)')
    } catch {
      // Another program is reading or writing. It is emptied within the hour, or by the next process.
    }
  }

  #transact<T>(job: Job<T>): Promise<T> {
    const isNewGeneration = this.#isGenerationDue
    return this.db
      .transaction()
      .execute(async (trx) => {
        const result = await job(trx)
        if (isNewGeneration) this.#writeGeneration()
        return result
      })
      .then((result) => {
        if (isNewGeneration) {
          this.#generation++
          this.#isGenerationDue = false
        }
        return result
      })
  }

  #writeGeneration(): void {
    this.#connection.exec(`pragma user_version = ${(this.#generation + 1) % 2 ** 31}`)
  }

  /** Gives the file a generation that no log of an earlier server contains. */
  #beginGeneration(path: string): void {
    try {
      const { rows } = this.#connection.query('pragma user_version', [])
      this.#generation = (rows as { user_version: number }[])[0]?.user_version ?? 0
      this.#writeGeneration()
      this.#generation++
      this.#connection.exec('pragma wal_checkpoint(truncate)')
    } catch {
      // Another program holds a lock, or the disk is full.
    }
    // The log gets a generation of its own, which distinguishes it from any file that may be put beside the database later.
    this.#isGenerationDue = true
    this.#checkpoints?.checkSoon()
    this.#recordProgress(path)
  }

  #onCheckpoint(): void {
    if (this.#path === null || !this.#release) return
    this.#isGenerationDue = true
    this.#recordProgress(this.#path)
  }

  #recordProgress(path: string): void {
    const at = this.#now()
    this.#progressWritten = this.#progressWritten
      .then(() => lastHistorySeq(this.db))
      .then((history) => writeProgress(path, { history, at }))
      .catch(() => {})
  }
}

/** Opens the file and, unless it keeps its schema, migrates it, waiting while another program holds a lock. */
async function openParts(
  path: string | null,
  release: (() => void) | null,
  keepsSchema: boolean,
  lost = 0,
): Promise<Parts> {
  for (const delay of [...openRetryDelays, null]) {
    let db: Kysely<Tables> | null = null
    try {
      const connection = openSqlite(path ?? ':memory:')
      db = new Kysely<Tables>({ dialect: storeDialect(connection) })
      await migrate(db, path ?? ':memory:', keepsSchema)
      const loss = path !== null && release ? await findLoss(db, path, lost) : null
      return { db, connection, path, release, loss }
    } catch (error) {
      await db?.destroy()
      if (delay === null || failureOf(error) !== 'busy') throw error
      await setTimeout(delay)
    }
  }
  throw new Error('unreachable')
}

async function findLoss(db: Kysely<Tables>, path: string, lost: number): Promise<Loss | null> {
  const progress = readProgress(path)
  const changes = progress ? progress.history - (await lastHistorySeq(db)) : 0
  if (changes <= 0 && lost === 0) return null
  return { changes: changes > 0 ? changes : null, knownAt: progress?.at ?? null }
}

async function lastHistorySeq(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select seq from sqlite_sequence where name = 'history'`.execute(db)
  return rows[0]?.seq ?? 0
}

async function acquire(path: string, owner: OwnerOptions): Promise<() => void> {
  try {
    return await ownDatabase(path, owner)
  } catch (error) {
    throw describeError(error, path)
  }
}

/** Wraps an error of the file system or of SQLite in an `UnusableDatabase`; any other is returned as it is. */
function describeError(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return explainSqlite(error, path)
  const reason = fileProblem(String('code' in error && error.code))
  return new UnusableDatabase(`The database ${path} ${reason}.`, { cause: error })
}

function explainSqlite(error: unknown, path: string): unknown {
  const reason = error instanceof UnusableDatabase ? null : whyNotOpened(error)
  return reason === null
    ? error
    : new UnusableDatabase(`The database ${path} ${reason}.`, { cause: error })
}

const selectNewestEntry = compiled((db) =>
  db.selectFrom('history').select('seq').orderBy('seq', 'desc').limit(1),
)

const fileProblems: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder: DATABASE_URL must name a file',
  ENOTDIR: 'lies below something that is not a folder',
  EACCES: 'cannot be opened: this user may not read and write it and its folder',
  EPERM: 'cannot be opened: this user may not read and write it and its folder',
  ENOENT: 'lies in a folder that cannot be created',
  EROFS: 'lies on a disk that cannot be written to',
  ENOSPC: 'has no room left on its disk',
  EEXIST: 'lies below something that is not a folder',
}

const fileProblem = (code: string) => fileProblems[code] ?? `cannot be opened (${code})`
