import { createServer } from 'node:http'
import { Pool } from 'undici'
import { listen } from './listen.ts'
import { order } from './order.ts'

/** About the size of a row, its index entries and its history. */
export const record = JSON.stringify({ ...order('LOG'), padding: 'x'.repeat(900) })
const snapshot = JSON.stringify({ ...order('LOG'), status: 'awaiting_shopper', version: 3 })

/** A start and no more: on disk by `write` before the call to the provider, and once more before the answer. */
export function listenForStarts(apiUrl: string, write: () => Promise<unknown>) {
  const { origin, pathname } = new URL(apiUrl)
  const pool = new Pool(origin, { connections: 256 })
  const request = {
    method: 'POST' as const,
    path: `${pathname}/Checkout/InsertCart`,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ Amount: 1, Reference: 'LOG-0-k4m7r2xq' }),
  }
  const send = async (): Promise<void> => {
    await write()
    const { body } = await pool.request(request)
    await body.text()
    await write()
  }
  const server = createServer((incoming, response) => {
    incoming.resume()
    incoming.on('end', () => {
      void send().then(() => {
        response.writeHead(202, { 'content-type': 'application/json' }).end(snapshot)
      })
    })
  })
  return listen(server)
}
