import fc from 'fast-check'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listen } from '../../server/listening.ts'
import { browser, merchant, secretKey, startTestServer } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { pass, settle, toldOf, viewOf } from '../support/later.ts'

/** What the shop says when it is asked; null: it is not asked. */
let approves = true
let gateUrl = ''
const shop = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ approve: approves }))
  })
})
beforeAll(async () => {
  gateUrl = (await listen(shop)).url
})
afterAll(() => new Promise((resolve) => shop.close(resolve)))

const nextSecretKey = 'the-next-secret-of-this-account-0123456789'

const settings = fc.record({
  confirmation: fc.constantFrom('manual', 'automatic', 'callback'),
  api: fc.constantFrom('v1', 'v2'),
  host: fc.constantFrom('127.0.0.1', 'localhost'),
  hasGate: fc.boolean(),
  isRotated: fc.boolean(),
  /** Whether the account of the other API is still configured. */
  keepsOther: fc.boolean(),
  /** Netgíró's secret key; another one than before is a rotation, there and here. */
  secret: fc.constantFrom(secretKey, nextSecretKey),
  /** It is known there, and what comes from there is signed with the former one for a while. */
  signsLate: fc.boolean(),
})
type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never

const step = fc.oneof(
  fc.record({ do: fc.constant('restart' as const), with: settings }),
  fc.record({ do: fc.constantFrom('press', 'approve', 'reject', 'cancel', 'close') }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 5_000, 200_000) }),
  fc.record({
    do: fc.constant('lose' as const),
    call: fc.constantFrom('InsertCart', 'CheckCart', 'CancelCart', 'Callback'),
  }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Example = [first: Settings, says: boolean, steps: Step[]]

const isAsked = ({ hasGate, confirmation }: Settings) => hasGate && confirmation !== 'automatic'

const key = 'Zk3v9QpX7wLr2TnB8yHc5MdF1sGj6KaE'
const lifetimeMs = 600_000

/**
 * The present account, and the other one, if it is kept while attempts of it may be open. The former secret is kept where there is
 * room for it: the other account needs the same variable.
 */
function envOf(
  testServer: TestServer | null,
  { v1, v2 }: { v1: string; v2: string },
  chosen: Settings,
) {
  const { confirmation, api, isRotated, host, keepsOther, secret } = chosen
  const formerSecret = secret === secretKey ? nextSecretKey : secretKey
  return {
    NETGIRO_CONFIRMATION: confirmation,
    NETGIRO_API: api,
    NETGIRO_API_URL: api === 'v1' ? v1 : v2,
    NETGIRO_SECRET_KEY: secret,
    NETGIRO_PREVIOUS_API: keepsOther ? otherOf(api) : undefined,
    NETGIRO_PREVIOUS_API_URL: keepsOther ? (api === 'v1' ? v2 : v1) : undefined,
    NETGIRO_PREVIOUS_APP_ID: keepsOther ? '881E674F-7891-4C20-AFD8-56FE2624C4B5' : undefined,
    NETGIRO_PREVIOUS_SECRET_KEY: keepsOther ? secret : formerSecret,
    HASH_KEY: isRotated ? `q8WnR4tYv6UzX2bC9mL1kJ7hG5fD3sAp,${key}` : key,
    CHECKOUT_LIFETIME_SECONDS: String(lifetimeMs / 1_000),
    WEBHOOK_URL: `${gateUrl}/hook`,
    WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`,
    AUTHORIZE_URL: isAsked(chosen) ? `${gateUrl}/authorize` : undefined,
    ...(testServer && { PUBLIC_URL: testServer.url.replace('127.0.0.1', host) }),
  }
}

const otherOf = (api: string) => (api === 'v1' ? 'v2' : 'v1')

class Scenario {
  readonly clock = new ManualClock()
  testServer!: TestServer
  created!: Created
  /** The requests that were sent while the shop was to be asked. */
  readonly asking = new Set<string>()
  /** Under which API each request was sent. */
  readonly #apis = new Map<string, string>()
  /** An account was removed while a request of it was open. */
  isOrphaned = false
  #present!: Settings
  #urls = { v1: '', v2: '' }

  async begin(first: Settings): Promise<void> {
    this.#present = first
    this.testServer = await startTestServer({
      clock: this.clock,
      envOf: ({ apiUrl, v2Url }) => envOf(null, { v1: apiUrl, v2: v2Url }, first),
    })
    this.testServer.simulator.rotateSecret(first.secret)
    this.#urls = { v1: this.testServer.simulator.apiUrl, v2: this.testServer.simulator.v2Url }
    this.created = await this.testServer.create()
  }

  async take(one: Step): Promise<void> {
    const { testServer, created } = this
    const cart = testServer.simulator.inspect().carts.at(-1)?.TransactionId ?? ''
    switch (one.do) {
      case 'restart':
        if (!('with' in one)) break
        await this.#restart(one.with)
        break
      case 'press': {
        const { length } = testServer.simulator.inspect().carts
        await this.#meanwhile(
          browser(testServer, created.session, 'POST', '/v1/session/start', {
            body: { phone: '8223281' },
          }),
        )
        const sent = testServer.simulator.inspect().carts.slice(length)
        if (isAsked(this.#present))
          for (const { TransactionId } of sent) this.asking.add(TransactionId)
        for (const { reference } of (await this.#view()).attempts)
          if (!this.#apis.has(reference)) this.#apis.set(reference, this.#present.api)
        break
      }
      case 'approve':
        testServer.simulator.approve(cart)
        break
      case 'reject':
        testServer.simulator.reject(cart)
        break
      case 'cancel':
        await this.#meanwhile(browser(testServer, created.session, 'POST', '/v1/session/cancel'))
        break
      case 'close':
        await this.#meanwhile(merchant(testServer, 'POST', `/v1/checkouts/${created.id}/cancel`))
        break
      case 'pass':
        if ('ms' in one) await pass(testServer, this.clock, one.ms, 2_000)
        break
      case 'lose':
        if (!('call' in one)) break
        if (one.call === 'Callback') testServer.simulator.fault({ call: 'Callback', kind: 'never' })
        else testServer.simulator.fault({ call: one.call, kind: 'drop_after_effect' })
    }
    await settle(testServer)
  }

  readonly #view = () => viewOf(this.testServer, this.created.id)

  async #restart(next: Settings): Promise<void> {
    const { testServer } = this
    const open = (await this.#view()).attempts.filter(({ endedAt }) => endedAt === null)
    const { secret: former } = this.#present
    this.#present = next
    await testServer.reconfigure(envOf(testServer, this.#urls, next), () => {
      const isLate = next.signsLate && !next.keepsOther
      testServer.simulator.rotateSecret(next.secret, isLate ? former : next.secret)
    })
    await settle(testServer)
    if (next.keepsOther) return
    const isRemoved = (reference: string) => this.#apis.get(reference) === otherOf(next.api)
    const orphans = open.filter(({ reference }) => isRemoved(reference))
    if (orphans.length === 0) return
    // A person is called at once: nobody here can ask about it.
    this.isOrphaned = true
    const { status, review, attempts } = await this.#view()
    expect(attempts.filter((one) => one.endedAt === null && isRemoved(one.reference))).toEqual([])
    expect({ status, review }).toEqual({ status: 'review', review: 'not_configured' })
    expect(await toldOf(testServer, this.created.id)).toContain('checkout.review')
  }

  /** What is answered late needs the clock to be turned. */
  async #meanwhile(answer: Promise<Response>): Promise<void> {
    let isAnswered = false as boolean
    void answer.finally(() => (isAnswered = true))
    for (let turns = 0; !isAnswered && turns < 60; turns++)
      await pass(this.testServer, this.clock, 500)
    await answer
  }
}

const baseline: Settings = {
  ...{ confirmation: 'manual', api: 'v1', host: '127.0.0.1', hasGate: false, isRotated: false },
  ...{ keepsOther: true, secret: secretKey, signsLate: false },
}
/** Few, so that every short run has both. */
const aRemovedAccount: Example = [
  { ...baseline, confirmation: 'automatic' },
  true,
  [
    { do: 'restart', with: { ...baseline, api: 'v2', keepsOther: false } },
    { do: 'approve' },
    { do: 'pass', ms: 5_000 },
    { do: 'restart', with: { ...baseline, api: 'v2' } },
  ],
]
const aRotatedSecret: Example = [
  { ...baseline, confirmation: 'callback', keepsOther: false },
  true,
  [
    {
      do: 'restart',
      with: { ...baseline, keepsOther: false, secret: nextSecretKey, signsLate: true },
    },
    { do: 'approve' },
    { do: 'pass', ms: 5_000 },
  ],
]

it('takes the money at most once, never after the shop denied, and ends, whatever settings change', async () => {
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.boolean(),
      fc.array(step, { minLength: 2, maxLength: 8 }),
      async (first, says, steps) => {
        approves = says
        const scenario = new Scenario()
        await scenario.begin(first)
        try {
          await scenario.take({ do: 'press' })
          for (const one of steps) await scenario.take(one)
          await pass(scenario.testServer, scenario.clock, lifetimeMs + 17 * 60_000, 10_000)
          const { carts, rejectedSignatures } = scenario.testServer.simulator.inspect()
          // Every request has the credentials of its account as they are now, also of one from before a rotation.
          expect(rejectedSignatures).toBe(0)
          const view = await viewOf(scenario.testServer, scenario.created.id)
          const captures = carts.reduce((sum, cart) => sum + cart.captures, 0)
          const told = await toldOf(scenario.testServer, scenario.created.id)
          expect(['paid', 'canceled', 'expired', 'review']).toContain(view.status)
          // Neither a rotation nor another setting is a reason to call a person.
          const isAnswered = steps.every((one) => one.do !== 'lose')
          if (!scenario.isOrphaned && isAnswered) expect(view.review).toBe(null)
          if (!scenario.isOrphaned) expect(view.review).not.toBe('not_configured')
          expect(captures).toBeLessThanOrEqual(1)
          // The shop that is asked says the same each time, so whoever was asked and said no was not overruled.
          const saidNo = view.history.some(({ type }) => type === 'decision_requested') && !says
          const kept = carts.filter(
            ({ captures: taken, ConfirmationType }) => taken > 0 && ConfirmationType !== 0,
          )
          if (saidNo) expect(kept).toEqual([])
          // It would have said no, had it been asked, and could not be asked any more.
          const unasked = kept.filter(({ TransactionId }) => scenario.asking.has(TransactionId))
          if (!says) expect(unasked).toEqual([])
          if (captures > 0) expect(['paid', 'review']).toContain(view.status)
          if (view.status === 'paid') expect(captures).toBe(1)
          for (const type of ['checkout.paid', 'checkout.canceled', 'checkout.expired'])
            expect(told.filter((one) => one === type).length).toBeLessThanOrEqual(1)
        } finally {
          await scenario.testServer.close()
        }
      },
    ),
    {
      examples: [aRemovedAccount, aRotatedSecret],
      numRuns: Number(process.env['SCENARIOS'] ?? 12),
      seed: Number(process.env['SEED'] ?? 20_261_120),
    },
  )
}, 600_000)
