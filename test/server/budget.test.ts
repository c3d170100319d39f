import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { refusedUntil, usualLimits } from '../../server/checkout/budget.ts'
import { clientAddress, TrustedProxies } from '../../server/routes/client-address.ts'
import { browser, start, startRig } from '../support/bff.ts'
import type { Rig } from '../support/bff.ts'
import { HandClock } from '../support/hand-clock.ts'

const minutes = 60_000

describe('what may be sent to a phone', () => {
  const usage = (more: Partial<Parameters<typeof refusedUntil>[0]> = {}) => ({
    ...{ openToPhone: 0, toPhone: [], fromAddress: null, phone: 'mine', ofCheckout: 0 },
    ...more,
  })

  it('is never more than the budget in any stretch of time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 * minutes }), { maxLength: 200 }),
        (gaps) => {
          const sent: number[] = []
          let now = 0
          for (const gap of gaps) {
            now += gap
            if (refusedUntil(usage({ toPhone: sent }), usualLimits, now) === null) sent.push(now)
          }
          for (const [most, within] of [
            [5, 10 * minutes],
            [20, 24 * 60 * minutes],
          ] as const) {
            for (const at of sent) {
              expect(
                sent.filter((other) => other >= at && other < at + within).length,
              ).toBeLessThanOrEqual(most)
            }
          }
        },
      ),
    )
  })

  it('may be sent again exactly when it is said', () => {
    const toPhone = [0, 1, 2, 3, 4].map((count) => count * minutes)
    const until = refusedUntil(usage({ toPhone }), usualLimits, 5 * minutes)
    expect(until).toBe(10 * minutes)
    expect(refusedUntil(usage({ toPhone }), usualLimits, 10 * minutes)).toBeNull()
  })

  it('is nothing while another request to it is out, and nothing after ten attempts of a checkout', () => {
    expect(refusedUntil(usage({ openToPhone: 1 }), usualLimits, 0)).not.toBeNull()
    expect(refusedUntil(usage({ ofCheckout: 10 }), usualLimits, 0)).toBe(Infinity)
  })

  it('reaches 30 phones from one address, and those again', () => {
    const others = new Map(Array.from({ length: 30 }, (_, index) => [`phone-${index}`, index]))
    expect(refusedUntil(usage({ fromAddress: others }), usualLimits, 100)).toBe(10 * minutes)
    expect(
      refusedUntil(usage({ fromAddress: others, phone: 'phone-3' }), usualLimits, 100),
    ).toBeNull()
  })
})

describe('over HTTP', () => {
  let rig: Rig
  afterEach(() => rig.close())
  const status = async (session: string, phone: string, headers: Record<string, string> = {}) => {
    const response = await browser(rig, session, 'POST', '/v1/session/start', {
      body: { phone },
      headers,
    })
    return [
      response.status,
      ((await response.json()) as { code?: string }).code,
      response.headers.get('retry-after'),
    ]
  }
  const cancel = (session: string) => browser(rig, session, 'POST', '/v1/session/cancel')

  it('five requests to a phone in ten minutes are enough, whatever checkout they are for, also after a restart', async () => {
    const clock = new HandClock()
    rig = await startRig({ clock })
    for (let count = 0; count < 5; count++) {
      const { session } = await rig.create()
      await start(rig, session)
      await cancel(session)
    }
    await rig.restart()
    const { session } = await rig.create()
    expect(await status(session, '8223281')).toEqual([429, 'too_many_requests', '600'])
    expect(rig.simulator.ledger().calls.InsertCart).toBe(5)
    expect((await status(session, '7701234'))[0]).toBe(202)
    await cancel(session)
    clock.advance(10 * minutes)
    expect((await status(session, '8223281'))[0]).toBe(202)
  })

  it('one phone has one open request, from however many shops and tabs', async () => {
    rig = await startRig({ clock: new HandClock() })
    const sessions = await Promise.all(
      Array.from({ length: 10 }, async () => (await rig.create()).session),
    )
    const answers = await Promise.all(sessions.map((session) => status(session, '8223281')))
    expect(answers.filter(([code]) => code === 202)).toHaveLength(1)
    expect(rig.simulator.ledger().calls.InsertCart).toBe(1)
  })

  it('does not tell whether a number belongs to a customer: every refusal is one and the same', async () => {
    rig = await startRig({ clock: new HandClock() })
    const texts = []
    for (const phone of ['6610306', '6610302']) {
      const { session } = await rig.create({ reference: `SAME-${phone.slice(-4)}` })
      const response = await browser(rig, session, 'POST', '/v1/session/start', { body: { phone } })
      texts.push([response.status, (await response.text()).replaceAll(phone.slice(-4), '····')])
    }
    expect(texts[0]).toEqual(texts[1])
  })

  it('thirty phones from one address are enough; who forges a header is no other address', async () => {
    rig = await startRig({ clock: new HandClock() })
    for (let count = 0; count < 30; count++) {
      const { session } = await rig.create()
      expect((await status(session, String(6_000_000 + count)))[0]).toBe(202)
    }
    const { session } = await rig.create()
    expect((await status(session, '7701234', { 'x-forwarded-for': '203.0.113.9' }))[0]).toBe(429)
  })
})

describe("the shopper's address", () => {
  const context = (forwarded: string, socket = '10.0.0.1') =>
    ({
      env: { incoming: { socket: { remoteAddress: socket } } },
      req: { header: () => forwarded },
    }) as never
  it.each([
    ['', '10.0.0.1', [], '10.0.0.1'],
    ['1.1.1.1', '10.0.0.1', [], '10.0.0.1'],
    ['1.1.1.1', '10.0.0.1', ['10.0.0.0/8'], '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1', '10.0.0.1', ['10.0.0.0/8'], '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1, 10.9.9.9', '::ffff:10.0.0.1', ['10.0.0.0/8'], '1.1.1.1'],
    ['nonsense', '10.0.0.1', ['10.0.0.1'], '10.0.0.1'],
    ['2001:db8::1', '::1', ['::1'], '2001:db8:0:0::/64'],
  ])('of "%s" over %s with %s trusted is %s', (forwarded, socket, trusted, expected) => {
    expect(clientAddress(context(forwarded, socket), new TrustedProxies(trusted))).toBe(expected)
  })
})
