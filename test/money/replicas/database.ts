import { TestPostgres } from '../../support/postgres/postgres.ts'
import { pause } from './pause.ts'

/** As an operator runs it, but for two: the memory holds for long what no COMMIT waits for, and each cut leaves connections. */
const settings = ['fsync=on', 'wal_writer_delay=10s', 'max_connections=250']

/** A PostgreSQL of the site's own, which may be killed; none that runs elsewhere may. */
export class SiteDatabase {
  readonly url: string
  readonly #postgres: TestPostgres
  /** How often it was killed. */
  outages = 0
  isUp = true

  private constructor(postgres: TestPostgres, url: string) {
    this.#postgres = postgres
    this.url = url
  }

  static async open(): Promise<SiteDatabase> {
    const postgres = await TestPostgres.start({ settings })
    return new SiteDatabase(postgres, await postgres.newDatabase())
  }

  get mayBeKilled(): boolean {
    return this.#postgres.isOwn
  }

  /** Kills it, and starts it again on what it has left. */
  async outage(ms: number): Promise<void> {
    this.isUp = false
    this.outages++
    await this.#postgres.kill()
    await pause(ms)
    await this.#postgres.restart()
    this.isUp = true
  }

  query(statement: string): Promise<Record<string, unknown>[]> {
    return this.#postgres.query(statement, this.url)
  }

  close(): Promise<void> {
    return this.#postgres.stop()
  }
}
