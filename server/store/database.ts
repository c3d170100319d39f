import { setTimeout } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import { Checkpoints } from './checkpoints.ts'
import { storeDialect } from './dialect.ts'
import { failureOf, UnusableDatabase, whyNotOpened } from './failure.ts'
import { makePrivate, pathOf } from './files.ts'
import { inspectLog } from './log-file.ts'
import { readMark, writeMark } from './mark.ts'
import { migrate } from './migrate.ts'
import { ownDatabase } from './owner-lock.ts'
import type { OwnerOptions } from './owner-lock.ts'
import type { Tables } from './schema.ts'
import { openSqlite } from './sqlite.ts'
import type { Connection } from './sqlite.ts'
import { WriteQueue } from './write-queue.ts'
import type { Job, WriteOptions } from './write-queue.ts'

export type { Job, WriteOptions } from './write-queue.ts'

export interface OpenOptions {
  /** Only one at a time may be open with this; without, it is open beside whoever owns it. */
  readonly owner?: OwnerOptions
  /** Told what SQLite found when it read the whole file, some time after the start. */
  readonly onDamage?: (said: string) => void
  /** How the queue of writers waits between tries. */
  readonly pause?: (ms: number) => Promise<unknown>
}

/** That the database holds less than it has held: a backup was put in its place, or its log was damaged. */
export interface Loss {
  /** Changes that the history had and has not any more; null: not known. */
  readonly changes: number | null
  /** Since then things may be missing; null: not known. */
  readonly knownAt: number | null
}

interface Parts {
  readonly db: Kysely<Tables>
  readonly connection: Connection
  readonly path: string | null
  readonly release: (() => void) | null
  readonly loss: Loss | null
}

/** Together some ten seconds; whoever opens a database has nobody waiting for an answer yet. */
const pausesOfOpening = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 3_000, 3_000]

/** The database, brought to the newest schema. Reads go to `db`; everything that writes goes through `write`. */
export class Database {
  readonly db: Kysely<Tables>
  /** What it had and has not any more; null as a rule, and always where nobody owns it. */
  readonly loss: Loss | null
  readonly #path: string | null
  readonly #connection: Connection
  readonly #queue: WriteQueue
  readonly #checkpoints: Checkpoints | null
  readonly #release: (() => void) | null
  readonly #now: () => number
  #generation = 0
  /** The next commit writes the next generation into the header; see `inspectLog`. */
  #isStampDue = false
  #marking: Promise<void> = Promise.resolve()

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
            onCopied: () => this.#noteCopied(),
            ...(onDamage && { onDamage }),
          })
    this.#queue = new WriteQueue({
      transact: (job) => this.#transact(job),
      reopen: () => connection.reopen(),
      onCommit: (jobs) => this.#checkpoints?.note(jobs),
      ...(pause && { pause }),
    })
  }

  /**
   * `url` is `file:./data/checkout.db`, or `file::memory:` for one that is gone with the process. Throws an
   * `UnusableDatabase` that says in a sentence what is wrong with the file.
   */
  static async open(url: string, options: OpenOptions = {}): Promise<Database> {
    const path = pathOf(url)
    if (path === null) return new Database(await openParts(null, null), options)
    const release = options.owner ? await takeOver(path, options.owner) : null
    try {
      const log = release ? inspectLog(path) : null
      if (log?.isForeign) throw new UnusableDatabase(foreignLog(path))
      makePrivate(path)
      const parts = await openParts(path, release, log?.lost)
      const database = new Database(parts, options)
      if (release) database.#beginGeneration(path)
      return database
    } catch (error) {
      release?.()
      throw inWords(error, path)
    }
  }

  /** How many jobs were not written when they were tried, whatever kept them from it. */
  get failures(): number {
    return this.#queue.failures
  }

  /**
   * Runs the job in a transaction; it is on disk when the promise resolves. It may be run several times, of which one
   * counts. While other programs hold a lock it waits, off the event loop; after a while it is refused with
   * `temporarily_unavailable`, unless it must land.
   */
  write<T>(job: Job<T>, options?: WriteOptions): Promise<T> {
    return this.#queue.add(job, options)
  }

  /** The process is about to end: what still waits to be written waits no longer than this. */
  limitWaiting(ms: number): void {
    this.#queue.limitWaiting(ms)
  }

  /** What was forgotten of a person lies in the write-ahead log until that is emptied. */
  async emptyLog(): Promise<void> {
    if (!this.#checkpoints) return
    // It keeps writers out meanwhile, so most of it is done beside them. The rest is ours: what another connection does to the
    // log looks like a foreign write.
    await this.#checkpoints.copyNow()
    this.#truncateLog()
  }

  async close(): Promise<void> {
    await this.#checkpoints?.close()
    await this.#marking
    this.#truncateLog()
    await this.db.destroy()
    this.#release?.()
  }

  #truncateLog(): void {
    try {
      this.#connection.exec('pragma wal_checkpoint(truncate)')
    } catch {
      // Somebody reads or writes just now. It is emptied within the hour, or by the next process.
    }
  }

  #transact<T>(job: Job<T>): Promise<T> {
    const isStamped = this.#isStampDue
    return this.db
      .transaction()
      .execute(async (trx) => {
        const result = await job(trx)
        if (isStamped) this.#stamp()
        return result
      })
      .then((result) => {
        if (isStamped) {
          this.#generation++
          this.#isStampDue = false
        }
        return result
      })
  }

  #stamp(): void {
    this.#connection.exec(`pragma user_version = ${(this.#generation + 1) % 2 ** 31}`)
  }

  /** The file itself gets a number that no log of an earlier server knows. */
  #beginGeneration(path: string): void {
    try {
      const { rows } = this.#connection.query('pragma user_version', [])
      this.#generation = (rows as { user_version: number }[])[0]?.user_version ?? 0
      this.#stamp()
      this.#generation++
      this.#connection.exec('pragma wal_checkpoint(truncate)')
    } catch {
      // Somebody holds a lock, or the disk is full.
    }
    // The log gets one of its own, whatever lies beside it later.
    this.#isStampDue = true
    this.#checkpoints?.checkSoon()
    this.#mark(path)
  }

  #noteCopied(): void {
    if (this.#path === null || !this.#release) return
    this.#isStampDue = true
    this.#mark(this.#path)
  }

  #mark(path: string): void {
    const at = this.#now()
    this.#marking = this.#marking
      .then(() => lastOfHistory(this.db))
      .then((history) => writeMark(path, { history, at }))
      .catch(() => {})
  }
}

/** Opens the file and brings it to the newest schema, as soon as whoever holds a lock lets go of it. */
async function openParts(
  path: string | null,
  release: (() => void) | null,
  lost = 0,
): Promise<Parts> {
  for (const pause of [...pausesOfOpening, null]) {
    let db: Kysely<Tables> | null = null
    try {
      const connection = openSqlite(path ?? ':memory:')
      db = new Kysely<Tables>({ dialect: storeDialect(connection) })
      await migrate(db, path ?? ':memory:')
      const loss = path !== null && release ? await lossOf(db, path, lost) : null
      return { db, connection, path, release, loss }
    } catch (error) {
      await db?.destroy()
      if (pause === null || failureOf(error) !== 'busy') throw error
      await setTimeout(pause)
    }
  }
  throw new Error('unreachable')
}

async function lossOf(db: Kysely<Tables>, path: string, lost: number): Promise<Loss | null> {
  const mark = readMark(path)
  const changes = mark ? mark.history - (await lastOfHistory(db)) : 0
  if (changes <= 0 && lost === 0) return null
  return { changes: changes > 0 ? changes : null, knownAt: mark?.at ?? null }
}

async function lastOfHistory(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select seq from sqlite_sequence where name = 'history'`.execute(db)
  return rows[0]?.seq ?? 0
}

async function takeOver(path: string, owner: OwnerOptions): Promise<() => void> {
  try {
    return await ownDatabase(path, owner)
  } catch (error) {
    throw inWords(error, path)
  }
}

const foreignLog = (path: string) =>
  `The log ${path}-wal does not belong to ${path}: the file was replaced, perhaps by a backup, and to start would undo that. ` +
  `Move ${path}-wal and ${path}-shm away to keep the file as it is, or put the backup in its place with netgiro-checkout restore.`

function inWords(error: unknown, path: string): unknown {
  if (error instanceof UnusableDatabase) return error
  const isOfFiles = error instanceof Error && 'syscall' in error
  const why = isOfFiles ? fileProblem(String('code' in error && error.code)) : whyNotOpened(error)
  return why === null
    ? error
    : new UnusableDatabase(`The database ${path} ${why}.`, { cause: error })
}

const fileProblems: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder: DATABASE_URL must name a file',
  ENOTDIR: 'lies below something that is not a folder',
  EACCES: 'cannot be opened: this user may not read and write it and its folder',
  EPERM: 'cannot be opened: this user may not read and write it and its folder',
  EROFS: 'lies on a disk that cannot be written to',
  ENOSPC: 'has no room left on its disk',
  EEXIST: 'lies below something that is not a folder',
}

const fileProblem = (code: string) => fileProblems[code] ?? `cannot be opened (${code})`
