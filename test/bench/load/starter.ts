import { Pool } from 'undici'
import { addressOf, createCheckouts, phoneOf } from '../answers/shopper.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { origin } from '../harness/order.ts'

export interface StartsOptions {
  readonly port: number
  readonly tokens: readonly string[]
  readonly atOnce: number
  /** The first number for phones and addresses: each may be used once. */
  readonly from: number
}

const commands = {
  /** Creates checkouts without a payment request. Returns their sessions. */
  async create({ port, count }: { readonly port: number; readonly count: number }) {
    const references = Array.from({ length: count }, (_, index) => `START-${index}`)
    const created = await createCheckouts(port, references, false)
    return created.map(({ token }) => token)
  },
  /** Presses every button once, this many at a time. Returns the starts per second, and how long each took. */
  async start({ port, tokens, atOnce, from }: StartsOptions) {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce })
    const took: number[] = []
    let next = 0
    const presser = async () => {
      for (let index = next++; index < tokens.length; index = next++) {
        const began = performance.now()
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: '/v1/session/start',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${tokens[index] ?? ''}`,
            'x-forwarded-for': addressOf(from + index),
            origin,
          },
          body: JSON.stringify({ phone: phoneOf(from + index) }),
        })
        if (!(await body.text()).includes('awaiting_shopper') || statusCode !== 202)
          throw new Error(`a start was answered ${statusCode}`)
        took.push(performance.now() - began)
      }
    }
    const began = performance.now()
    await Promise.all(Array.from({ length: atOnce }, presser))
    const perSecond = tokens.length / ((performance.now() - began) / 1_000)
    await pool.close()
    return { perSecond, took }
  },
}

export type Starter = typeof commands
serveRequests(commands)
