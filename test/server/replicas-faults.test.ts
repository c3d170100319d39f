import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../server/core/clock.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { CommitProxy } from '../support/postgres/commit-proxy.ts'
import { DatabaseLink } from '../support/postgres/link.ts'
import { call, shareOf, startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { merchantKey, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

let replicas: Replicas | null = null
const opened: { close(): void }[] = []
afterEach(async () => {
  await replicas?.close()
  for (const one of opened.splice(0)) one.close()
  replicas = null
})

let orders = 0
const create = async (server: Replica) => {
  const order = { reference: `FAULT-${++orders}`, amount: 12_990, currency: 'ISK' }
  return (await call(server, 'POST', '/v1/checkouts', merchantKey, order)).body as Created
}

const start = (server: Replica, session: string, phone = '8223281') =>
  call(server, 'POST', '/v1/session/start', session, { phone })

const statusAt = async (server: Replica, session: string) =>
  ((await call(server, 'GET', '/v1/session', session)).body as Snapshot).status

const carts = ({ simulator }: Replicas) => simulator.inspect().carts

/** A checkout of this server whose request waits on the phone. */
async function waitingAt(all: Replicas, server: Replica, phone?: string) {
  const created = await until(
    () => create(server),
    ({ id }) => all.ownerOf(id).owner === server,
  )
  expect((await start(server, created.session, phone)).status).toBe(202)
  return { ...created, transactionId: carts(all).at(-1)?.TransactionId ?? '' }
}

describe('a server that is cut off from the database, of which nobody is told', () => {
  it('asks no phone and captures nothing, while the other one goes on, and joins again', async () => {
    let link: DatabaseLink | undefined
    const all = (replicas = await startReplicas(
      2,
      {},
      {
        async own(index, databaseUrl) {
          if (index === 0) return {}
          link = await DatabaseLink.open(new URL(databaseUrl))
          opened.push(link)
          return { env: { DATABASE_URL: link.urlFor(databaseUrl) } }
        },
      },
    ))
    const [there, cutOff] = all.servers
    if (!there || !cutOff || !link) throw new Error('it has no link')
    const { id, session, transactionId } = await waitingAt(all, cutOff)
    const idle = await create(there)

    link.lose()
    all.simulator.approve(transactionId)
    const refused = start(cutOff, idle.session, '7701234')
    await until(() => there.parts.owns(id))
    await until(async () => (await statusAt(there, session)) === 'paid')
    expect(shareOf(cutOff)).toBe(0)
    expect((await refused).status).toBe(503)
    expect((await fetch(`${cutOff.url}/readyz`)).status).toBe(503)
    expect(carts(all)).toHaveLength(1)

    link.restore()
    await until(() => shareOf(cutOff) === 128 && shareOf(there) === 128)
    expect(await statusAt(cutOff, session)).toBe('paid')
    expect((await start(cutOff, idle.session, '7701234')).status).toBe(202)
    expect(carts(all).map(({ captures }) => captures)).toEqual([1, 0])
    expect(all.simulator.cart(transactionId)?.calls).toMatchObject({ ConfirmCart: 1 })
  })
})

describe('a server whose COMMITs are lost on the way, or their answers', () => {
  it.each(['before_commit', 'after_commit'] as const)(
    'sends one request, and captures once (%s)',
    async (cut) => {
      let proxy: CommitProxy | undefined
      const all = (replicas = await startReplicas(
        2,
        {},
        {
          async own(index, databaseUrl) {
            if (index === 0) return {}
            proxy = await CommitProxy.open(new URL(databaseUrl))
            opened.push(proxy)
            return { env: { DATABASE_URL: proxy.urlFor(databaseUrl) } }
          },
        },
      ))
      const [other, owner] = all.servers
      if (!other || !owner || !proxy) throw new Error('it has no proxy')
      const cutNext = () => {
        if (proxy) proxy.cut = cut
      }
      for (let round = 0; round < 3; round++) {
        const { session } = await until(
          () => create(owner),
          ({ id }) => all.ownerOf(id).owner === owner,
        )
        const phone = `770223${round}`
        // At the owner, and handed to it.
        const at = round % 2 === 0 ? owner : other
        cutNext()
        await until(
          () => start(at, session, phone),
          ({ status }) => status === 202,
        )
        const { TransactionId } = (await until(
          () => carts(all).at(-1),
          (cart) => cart?.['CustomerId'] === phone,
        )) as { TransactionId: string }
        cutNext()
        all.simulator.approve(TransactionId)
        await until(async () => (await statusAt(other, session)) === 'paid')
        expect(all.simulator.cart(TransactionId)?.calls).toMatchObject({ ConfirmCart: 1 })
      }
      expect(proxy.cuts).toBeGreaterThanOrEqual(4)
      expect(carts(all).map(({ captures }) => captures)).toEqual([1, 1, 1])
    },
  )
})

describe('servers whose clocks are five minutes off', () => {
  const minutes = 60_000
  const off = (ms: number) => ({ clock: { ...systemClock, now: () => systemClock.now() + ms } })
  const offs = [5 * minutes, -5 * minutes, 0]

  it('go by the clock of the database, also about what another one has begun', async () => {
    const all = (replicas = await startReplicas(3, {}, { own: (index) => off(offs[index] ?? 0) }))
    const phones = ['7702231', '7702232', '7702233']
    const waiting = []
    for (const [index, server] of [...all.servers].entries())
      waiting.push(await waitingAt(all, server, phones[index]))
    // The first hears the callbacks; what the others have begun is taken up by it.
    for (const server of all.servers.slice(1)) await all.stop(server)
    const [last] = all.servers
    if (!last) throw new Error('none is left')
    for (const { id } of waiting) await until(() => last.parts.owns(id))
    for (const { session } of waiting) {
      const shown = (await call(last, 'GET', '/v1/session', session)).body as Snapshot
      expect(shown.status).toBe('awaiting_shopper')
      expect(Math.abs(Date.parse(shown.serverTime) - Date.now())).toBeLessThan(minutes)
    }
    for (const { transactionId } of waiting) all.simulator.approve(transactionId)
    for (const { session } of waiting)
      await until(async () => (await statusAt(last, session)) === 'paid')
    expect(carts(all).map(({ calls }) => calls.ConfirmCart)).toEqual([1, 1, 1])
  })
})
