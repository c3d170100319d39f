import fc from 'fast-check'
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pass, settle, whilePassing } from '../support/later.ts'
import type { View } from '../support/later.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { apiKeyOf, merchantEntry, originOf, withoutVariables } from '../support/merchants.ts'
import { startTestServer } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'

const ids = ['a', 'b'] as const
type Id = (typeof ids)[number]

/** How the file describes `a`; `b` always stands in it. */
const described = {
  'as before': (a: object, b: object) => ({ a, b }),
  renamed: (a: object, b: object) => ({ a: { ...a, MERCHANT_NAME: 'Renamed' }, b }),
  retired: (a: object, b: object) => ({ a: { ...a, RETIRED: true }, b }),
  absent: (_: object, b: object) => ({ b }),
}
type Entry = keyof typeof described
const entries = Object.keys(described) as Entry[]

const lost = ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const
const acts = ['press', 'approve', 'approve', 'approve', 'reject', 'cancel', 'close'] as const
const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...acts), fc.constantFrom(...ids)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('describe'), fc.constantFrom(...entries)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('pass'), fc.constantFrom(1_000, 5_000, 20_000)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('lose'), fc.constantFrom(...lost)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('restart'), fc.constant(null)) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
const story = fc.array(step, { minLength: 4, maxLength: 10, size: 'max' })
const numRuns = Number(process.env['STORIES'] ?? 20)
const seed = Number(process.env['SEED'] ?? 20_261_128)

type Told = { events: { type: string; data: { checkout: { id: string } } }[] }

class Story {
  readonly #clock = new ManualClock()
  readonly #file = join(mkdtempSync(join(tmpdir(), 'merchants-')), 'merchants.json')
  readonly #created = new Map<Id, Created>()
  /** The carts that each merchant's shopper has made, in order. */
  readonly carts: Readonly<Record<Id, string[]>> = { a: [], b: [] }
  #entry: Entry = 'as before'
  testServer!: TestServer

  async begin(): Promise<void> {
    this.testServer = await startTestServer({
      clock: this.#clock,
      envOf: ({ apiUrl }) => {
        this.#write(apiUrl)
        return { ...withoutVariables, CHECKOUT_LIFETIME_SECONDS: '300', MERCHANTS_FILE: this.#file }
      },
    })
    const order = { reference: 'WEB-1', amount: 12_990, currency: 'ISK' }
    for (const at of ids) {
      const created = await this.#ask(at, 'POST', '/v1/checkouts', order)
      this.#created.set(at, (await created.json()) as Created)
      await this.take(['press', at])
    }
  }

  async take([what, which]: Step): Promise<void> {
    const { testServer } = this
    if (what === 'pass') await pass(testServer, this.#clock, which, 2_500)
    else if (what === 'lose') testServer.simulator.fault({ call: which, kind: 'drop_after_effect' })
    else if (what === 'restart') await testServer.restart()
    else if (what === 'describe') {
      this.#entry = which
      this.#write(testServer.simulator.apiUrl)
      await whilePassing(this.#clock, testServer.parts().reload())
    } else await this.#act(what, which)
    await settle(testServer)
  }

  /** Both merchants stand in the file again, and nothing is left to wait for. */
  async end(): Promise<void> {
    this.testServer.simulator.clearFaults()
    await this.take(['describe', 'as before'])
    await pass(this.testServer, this.#clock, 22 * 60_000, 60_000)
  }

  async seenBy(at: Id) {
    const { id = '' } = this.#created.get(at) ?? {}
    const view = (await (await this.#ask(at, 'GET', `/v1/checkouts/${id}`)).json()) as View
    const told = (await (await this.#ask(at, 'GET', '/v1/events')).json()) as Told
    return { id, view, events: told.events }
  }

  async #act(what: (typeof acts)[number], at: Id): Promise<void> {
    const { simulator } = this.testServer
    const { id = '', session = '' } = this.#created.get(at) ?? {}
    const cart = this.carts[at].at(-1) ?? ''
    if (what === 'approve' || what === 'reject') simulator[what](cart)
    if (what === 'close') await this.#ask(at, 'POST', `/v1/checkouts/${id}/cancel`, {})
    if (what === 'cancel') await this.#ask(at, 'POST', '/v1/session/cancel', {}, session)
    if (what !== 'press') return
    const before = simulator.inspect().carts.length
    const body = { phone: at === 'a' ? '8223281' : '8223282' }
    await this.#ask(at, 'POST', '/v1/session/start', body, session)
    const made = simulator.inspect().carts.slice(before)
    this.carts[at].push(...made.map(({ TransactionId }) => TransactionId))
    if (at === 'a' && ['retired', 'absent'].includes(this.#entry)) expect(made).toEqual([])
  }

  /** The clock is turned meanwhile: some answers take their time. */
  #ask(at: Id, method: string, path: string, body?: object, token = apiKeyOf(at)) {
    const origin = token === apiKeyOf(at) ? {} : { origin: originOf(at) }
    const json = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = { method, headers: { ...json, ...origin }, body: JSON.stringify(body) }
    return whilePassing(this.#clock, fetch(this.testServer.url + path, init))
  }

  #write(apiUrl: string): void {
    const file = described[this.#entry](merchantEntry('a', apiUrl), merchantEntry('b', apiUrl))
    writeFileSync(`${this.#file}.new`, JSON.stringify(file))
    renameSync(`${this.#file}.new`, this.#file)
  }
}

it('takes the money of either merchant at most once and tells each of its own, whenever one leaves the file', async () => {
  const property = fc.asyncProperty(story, async (steps) => {
    const told = new Story()
    await told.begin()
    try {
      for (const one of steps) await told.take(one)
      await told.end()
      const { carts } = told.testServer.simulator.inspect()
      expect(carts).toHaveLength(told.carts.a.length + told.carts.b.length)
      for (const at of ids) {
        const { id, view, events } = await told.seenBy(at)
        const own = carts.filter(({ TransactionId }) => told.carts[at].includes(TransactionId))
        const captures = own.reduce((sum, cart) => sum + cart.captures, 0)
        expect(captures).toBeLessThanOrEqual(1)
        expect(['paid', 'canceled', 'expired', 'review']).toContain(view.status)
        if (view.status !== 'review') expect(captures).toBe(view.status === 'paid' ? 1 : 0)
        expect(events.map(({ data }) => data.checkout.id)).toEqual(events.map(() => id))
        const ends = events.map(({ type }) => type).filter((type) => !type.includes('attempt'))
        expect(ends).toEqual([...new Set(ends)])
        expect(ends.at(-1)).toBe(`checkout.${view.status}`)
      }
    } finally {
      await told.testServer.close()
    }
  })
  await fc.assert(property, { numRuns, seed })
}, 600_000)
