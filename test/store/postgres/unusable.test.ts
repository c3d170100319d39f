import { describe, expect, it } from 'vitest'
import { problemOf, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('a PostgreSQL database that cannot be used', () => {
  const wrong = (change: (changed: URL) => void) => {
    const changed = new URL(store.url)
    change(changed)
    return problemOf(changed.href)
  }

  it('a PostgreSQL database is refused in one sentence that names no secret', async () => {
    const problems = [
      await wrong((one) => (one.password = 'wrong-secret')),
      await wrong((one) => (one.pathname = '/nowhere')),
      await wrong((one) => one.searchParams.set('sslmode', 'verify-full')),
      await wrong((one) => (one.hostname = 'no-such-host.invalid')),
      await wrong((one) => one.searchParams.set('sslrootcert', '/no/such/file')),
      await wrong((one) => one.searchParams.set('host', '/no/such/folder')),
      await wrong((one) => one.searchParams.set('options', '-c no_such_setting=1')),
      await wrong((one) => one.searchParams.set('options', '-c work_mem=much')),
      await wrong((one) => one.searchParams.set('sslnegotiation', 'no-such-kind')),
    ]
    expect(problems).toEqual([
      expect.stringMatching(/refuses the password of this user\.$/),
      expect.stringMatching(/nowhere on .* does not exist: create it first\.$/),
      expect.stringMatching(/offers no TLS: leave out sslmode\.$/),
      expect.stringMatching(/cannot be (?:found: see the host in DATABASE_URL|reached)\.$/),
      expect.stringMatching(
        /needs a file that cannot be read: see sslrootcert, sslcert and sslkey\.$/,
      ),
      expect.stringMatching(/ on \/no\/such\/folder cannot be reached: there is no such socket\.$/),
      expect.stringMatching(/does not know what the options in DATABASE_URL set\.$/),
      expect.stringMatching(/refuses what the options in DATABASE_URL set\.$/),
      expect.stringMatching(/cannot be connected to with the parameters that DATABASE_URL has\.$/),
    ])
    for (const problem of problems) {
      expect(problem).toMatch(/^UnusableDatabase: /)
      expect(problem).not.toMatch(/wrong-secret|a-password-of-the-tests|checkout:/)
    }
  })

  it('a PostgreSQL database is refused if it is read-only', async () => {
    const name = new URL(store.url).pathname.slice(1)
    await store.postgres.query(`alter database ${name} set default_transaction_read_only = on`)
    expect(await problemOf(store.url)).toMatch(/is read-only: DATABASE_URL must name the primary/)
  })

  it('a PostgreSQL database is refused if its encoding cannot hold every text', async () => {
    for (const [encoding, answer] of [
      ['LATIN1', /has the encoding LATIN1, .*: create it with encoding 'UTF8'\.$/],
      ['SQL_ASCII', /^opened$/],
    ] as const) {
      const name = `${new URL(store.url).pathname.slice(1)}_${encoding.toLowerCase()}`
      const as = `encoding '${encoding}' template template0 lc_collate 'C' lc_ctype 'C'`
      await store.postgres.query(`create database ${name} ${as}`)
      expect(await problemOf(store.postgres.urlOf(name))).toMatch(answer)
    }
  })

  const asGuest = async (limit: string) => {
    const role = `guest_${Date.now()}`
    await store.postgres.query(`create role ${role} login ${limit} password 'guest-password'`)
    return wrong((one) => {
      one.username = role
      one.password = 'guest-password'
    })
  }

  it('a PostgreSQL database is refused if the user may not create tables', async () => {
    expect(await asGuest('')).toMatch(/gives this user no right to create tables/)
  })

  it('a database is refused in one sentence where the tables that it has to migrate are of another user', async () => {
    await (await store.open()).close()
    await store.postgres.query(
      'delete from kysely_migration where name = (select max(name) from kysely_migration)',
      store.url,
    )
    const guest = await store.urlOfGuest()
    await store.postgres.query(
      `grant select, insert, update on all tables in schema public to ${new URL(guest).username}`,
      store.url,
    )
    expect(await problemOf(guest)).toMatch(
      /^UnusableDatabase: The database .* does not give this user the rights it needs: make it the owner of the tables in its schema\.$/,
    )
  })

  it('a PostgreSQL database is refused if it has no connection left after a while', async () => {
    expect(await asGuest('connection limit 0')).toMatch(/has no connection left for this user/)
  })
})
