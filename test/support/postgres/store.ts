import { afterEach, beforeAll, beforeEach } from 'vitest'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database, OpenOptions, WriteOptions } from '../../../server/store/database.ts'
import { sharedPostgres } from '../databases.ts'
import type { TestPostgres } from './postgres.ts'

/** What each test of a file has: a database of its own, and what it opens, which is closed after it. */
export interface Store {
  readonly postgres: TestPostgres
  /** An empty database. */
  readonly url: string
  open(from?: string, options?: OpenOptions): Promise<Database>
  /** Closes it after the test and after the databases. */
  closing<T extends { close(): void }>(proxy: T): T
  /** The URL for a new user, who may make tables beside those of others. */
  urlOfGuest(): Promise<string>
  /** Who asked for a payment by phone, as `insert` has written it. */
  phones(from?: string): Promise<unknown[]>
}

/** Gives each test of this file a database on the PostgreSQL that the process shares. */
export function storeOfEachTest(): Store {
  let postgres: TestPostgres
  let url: string
  const opened: Database[] = []
  const proxies: { close(): void }[] = []
  let guests = 0
  beforeAll(async () => {
    postgres = await sharedPostgres()
  })
  beforeEach(async () => {
    url = await postgres.newDatabase()
  })
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close()
    for (const proxy of proxies.splice(0)) proxy.close()
  })
  return {
    get postgres() {
      return postgres
    },
    get url() {
      return url
    },
    async open(from = url, options = {}) {
      const database = await openDatabase(from, options)
      opened.push(database)
      return database
    },
    closing(proxy) {
      proxies.push(proxy)
      return proxy
    },
    async urlOfGuest() {
      const guest = new URL(url)
      guest.username = `guest_${Date.now()}_${++guests}`
      guest.password = 'guest-password'
      await postgres.query(`create role ${guest.username} login password '${guest.password}'`)
      await postgres.query(`grant create on schema public to ${guest.username}`, url)
      return guest.href
    },
    async phones(from = url) {
      const rows = await postgres.query('select phone_hash from payment_requests order by 1', from)
      return rows.map(({ phone_hash }) => phone_hash)
    },
  }
}

/** Opens it as a server does, which waits for no other one. */
export const owner = (more: Partial<NonNullable<OpenOptions['owner']>> = {}): OpenOptions => ({
  owner: { now: () => Date.now(), waitMs: 0, onWait: () => {}, ...more },
})

export const insert = (database: Database, phone: string, options?: WriteOptions) =>
  database.write(
    (trx) =>
      trx
        .insertInto('payment_requests')
        .values({ phone_hash: phone, address_hash: null, at: 1 })
        .execute(),
    options,
  )

/** What opening it throws, or that it opened. */
export const problemOf = (url: string) =>
  openDatabase(url).then(
    async (database) => {
      await database.close()
      return 'opened'
    },
    (error: unknown) => String(error),
  )
