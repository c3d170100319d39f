import { describe, expect, it } from 'vitest'
import { insert, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('a PostgreSQL database that an operator changes while a server runs', () => {
  interface Change {
    readonly what: string
    readonly make: readonly string[]
    readonly undo: readonly string[]
  }

  /** Statements of the owner of the server; those about the database itself run in another one. */
  const changes = (name: string, role: string): readonly Change[] => {
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
    const close = [`alter database ${name} allow_connections false`, end]
    const rename = (from: string, to: string) => `alter database ${from} rename to ${to}`
    const alter = (to: string) => `alter table payment_requests ${to}`
    return [
      {
        what: 'a right on a table',
        make: [`revoke insert on payment_requests from ${role}`],
        undo: [`grant insert on payment_requests to ${role}`],
      },
      {
        what: 'the name of a table',
        make: [alter('rename to gone')],
        undo: ['alter table gone rename to payment_requests'],
      },
      {
        what: 'the name of a column',
        make: [alter('rename column phone_hash to gone')],
        undo: [alter('rename column gone to phone_hash')],
      },
      {
        what: 'a trigger that refuses every row',
        make: [
          "create function refuse() returns trigger language plpgsql as 'begin raise exception ''full''; end'",
          'create trigger refuse before insert on payment_requests for each row execute function refuse()',
        ],
        undo: ['drop trigger refuse on payment_requests'],
      },
      {
        what: 'whether it accepts connections',
        make: close,
        undo: [`alter database ${name} allow_connections true`],
      },
      // These count from the begin of a connection.
      {
        what: 'whether it can be written to',
        make: [`alter database ${name} set default_transaction_read_only = on`, end],
        undo: [`alter database ${name} reset default_transaction_read_only`],
      },
      {
        what: 'the schema that the user sees',
        make: [`alter role ${role} in database ${name} set search_path = nowhere`, end],
        undo: [`alter role ${role} in database ${name} reset search_path`],
      },
      {
        what: 'its name',
        make: [...close, rename(name, `${name}_gone`)],
        undo: [rename(`${name}_gone`, name), `alter database ${name} allow_connections true`],
      },
      {
        what: 'whether the user may log in',
        make: [`alter role ${role} nologin`, end],
        undo: [`alter role ${role} login`],
      },
      {
        what: 'the password of the user',
        make: [`alter role ${role} password 'another'`, end],
        undo: [`alter role ${role} password 'guest-password'`],
      },
    ]
  }

  const isAboutAll = (statement: string) => /database|role|terminate/.test(statement)

  it('holds what must be written until the change is undone, and refuses the rest meanwhile', async () => {
    const name = new URL(store.url).pathname.slice(1)
    const role = `owner_of_${name}`
    const guest = new URL(store.url)
    guest.username = role
    guest.password = 'guest-password'
    await store.postgres.query(`create role ${role} login password 'guest-password'`)
    await store.postgres.query(`alter database ${name} owner to ${role}`)
    await store.postgres.query(`alter schema public owner to ${role}`, store.url)
    const database = await store.open(guest.href)
    const run = async (statements: readonly string[]) => {
      for (const one of statements)
        await store.postgres.query(one, isAboutAll(one) ? undefined : store.url)
    }
    for (const { what, make, undo } of changes(name, role)) {
      await run(make)
      const held = insert(database, what, { mustPersist: true })
      const rest = insert(database, 'refused')
      await expect(rest, what).rejects.toMatchObject({ code: 'temporarily_unavailable' })
      await run(undo)
      await expect(held, what).resolves.toBeDefined()
    }
    expect(await store.phones()).toEqual(
      changes(name, role)
        .map(({ what }) => what)
        .sort(),
    )
  })
})
