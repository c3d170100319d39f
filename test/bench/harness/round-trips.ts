import { Pool } from 'undici'
import { pause } from './usage.ts'

/** How long the provider takes to answer, one question at a time and without any work on the answers, in milliseconds. */
export async function roundTrips({
  apiUrl,
  count,
}: {
  readonly apiUrl: string
  readonly count: number
}): Promise<number[]> {
  const { origin, pathname } = new URL(apiUrl)
  const pool = new Pool(origin, { connections: 1 })
  const took: number[] = []
  for (let trip = 0; trip < count; trip++) {
    const began = performance.now()
    const { body } = await pool.request({
      method: 'POST',
      path: `${pathname}/Checkout/CheckCart`,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ TransactionId: 'cart-0' }),
    })
    await body.text()
    took.push(performance.now() - began)
    await pause(3)
  }
  await pool.close()
  return took
}
