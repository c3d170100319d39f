import { Pool } from 'undici'
import type { Address } from '../harness/reader.ts'
import { openReader } from '../harness/reader.ts'
import { merchantKey, order, origin } from '../harness/order.ts'

/** Reads the stream of a checkout and notes when each status arrived, by `performance.now()`. */
export class StatusReader {
  readonly #seen = new Map<string, number>()
  readonly #waiting = new Map<string, (at: number) => void>()
  /** Settled when the first event is there. */
  readonly ready: Promise<void>

  constructor(address: Address) {
    this.ready = new Promise((resolve) => {
      openReader(address, (_, bytes) => {
        const now = performance.now()
        for (const [, status = ''] of bytes.toString('latin1').matchAll(/"status":"(\w+)"/g)) {
          this.#seen.set(status, now)
          this.#waiting.get(status)?.(now)
        }
        resolve()
      })
    })
  }

  /** Resolves to the time at which the status arrived; rejects after 15 s. */
  sees(status: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const give = () => reject(new Error(`${status} was not seen within 15 s`))
      const timer = setTimeout(give, 15_000)
      const done = (at: number) => {
        clearTimeout(timer)
        resolve(at)
      }
      const at = this.#seen.get(status)
      if (at === undefined) this.#waiting.set(status, done)
      else done(at)
    })
  }
}

export interface Started {
  readonly id: string
  readonly reference: string
  readonly token: string
}

/** Creates checkouts as a shop does and, if `isStarted`, has a payment request sent for each. */
export async function createCheckouts(
  port: number,
  references: readonly string[],
  isStarted: boolean,
): Promise<readonly Started[]> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 })
  const call = async (path: string, headers: Record<string, string>, body: object) => {
    const { statusCode, body: answer } = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', origin, ...headers },
      body: JSON.stringify(body),
    })
    if (statusCode >= 300) throw new Error(`${path}: ${statusCode}`)
    return (await answer.json()) as { readonly id: string; readonly session: string }
  }
  const create = async (reference: string, index: number): Promise<Started> => {
    const shop = { authorization: `Bearer ${merchantKey}` }
    const { id, session: token } = await call('/v1/checkouts', shop, order(reference))
    const shopper = { authorization: `Bearer ${token}`, 'x-forwarded-for': addressOf(index) }
    if (isStarted) await call('/v1/session/start', shopper, { phone: phoneOf(index) })
    return { id, reference, token }
  }
  try {
    return await Promise.all(references.map(create))
  } finally {
    await pool.close()
  }
}

/** Each shopper has a phone and an address of their own: both have rate limits. */
export const phoneOf = (index: number) => String(6_000_000 + index)
export const addressOf = (index: number) => `10.0.${index >> 8}.${index & 255}`
