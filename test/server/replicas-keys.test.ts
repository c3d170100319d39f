import { afterEach, expect, it } from 'vitest'
import { UnusableDatabase } from '../../server/store/failure.ts'
import { sharedPostgres } from '../support/databases.ts'
import { DatabaseLink } from '../support/postgres/link.ts'
import { call, hashKey, shareOf, startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { merchantKey, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

const newKey = 'q8WnR4tYv6UzX2bC9mL1kJ7hG5fD3sAp'

let all: Replicas
afterEach(() => all.close())

const add = (key: string) => all.add({ env: { HASH_KEY: key } })

let orders = 0
/** A checkout of the server. */
const createAt = (server: Replica) =>
  until(
    async () => {
      const order = { reference: `KEY-${++orders}`, amount: 500, currency: 'ISK' }
      return (await call(server, 'POST', '/v1/checkouts', merchantKey, order)).body as Created
    },
    ({ id }) => all.ownerOf(id).owner === server,
  )

const startAt = (server: Replica, session: string, phone: string) =>
  call(server, 'POST', '/v1/session/start', session, { phone })

it('a server whose HASH_KEY the others do not know, or that does not know theirs, is refused in one sentence', async () => {
  all = await startReplicas(1)
  for (const key of [`${newKey},${hashKey}`, newKey])
    await expect(add(key)).rejects.toSatisfy(
      (error) =>
        error instanceof UnusableDatabase &&
        /^A server that runs on this database has another HASH_KEY: [^\n]+\.$/.test(error.message),
    )
  expect(all.servers).toHaveLength(1)
  // Nobody has to wait for what was refused.
  await add(hashKey)
})

it('a server stays out, and is not ready, if one with another HASH_KEY has started while it counted as dead', async () => {
  let link: DatabaseLink | undefined
  all = await startReplicas(
    1,
    {},
    {
      async own(_, databaseUrl) {
        link = await DatabaseLink.open(new URL(databaseUrl))
        return { env: { DATABASE_URL: link.urlFor(databaseUrl) } }
      },
    },
  )
  const [first] = all.servers
  if (!first || !link) throw new Error('it has no link')
  const postgres = await sharedPostgres()
  const rows = (where = '') => postgres.query(`select from replicas ${where}`, all.databaseUrl)
  const isReady = async ({ url }: Replica) => (await fetch(`${url}/readyz`)).ok
  try {
    link.lose()
    await until(async () => (await rows('where expires_at > clock_timestamp()')).length === 0)
    const second = await add(newKey)
    link.restore()
    await until(() => all.logged().includes('has another HASH_KEY'))
    await until(() => shareOf(second) === 256)
    expect([await isReady(first), await isReady(second), shareOf(first)]).toEqual([false, true, 0])
    expect(await rows()).toHaveLength(1)
    await all.stop(second)
    await until(() => shareOf(first) === 256)
    await until(() => isReady(first))
    expect(all.logged().match(/cannot join the other servers/g)).toHaveLength(1)
  } finally {
    await all.close()
    link.close()
  }
})

it('a HASH_KEY is rotated in passes, while servers carry out each other’s commands and share what a phone is asked', async () => {
  all = await startReplicas(1)
  const passes = [`${hashKey},${newKey}`, `${newKey},${hashKey}`, newKey]
  for (const [index, key] of passes.entries()) {
    const [before] = all.servers
    if (!before) throw new Error('one runs')
    const after = await add(key)
    await until(() => after.parts.partitions().length === 128)
    for (const [turn, [owner, other]] of [
      [before, after] as const,
      [after, before] as const,
    ].entries()) {
      const phone = `822${index}${turn}00`
      const { session } = await createAt(owner)
      expect((await startAt(other, session, phone)).status).toBe(202)
      const second = await createAt(other)
      expect((await startAt(other, second.session, phone)).body).toMatchObject({
        code: 'phone_busy',
      })
    }
    await all.stop(before)
  }
  expect(all.logged()).not.toContain('a command of another server failed')
})
