import { createServer } from 'node:http'
import { Pool } from 'undici'
import { listen } from '../harness/listen.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { order } from '../harness/order.ts'
import { cpuTime } from '../harness/usage.ts'
import { GroupLog } from './log.ts'
import { countWrites } from './writers.ts'
import type { WriteOptions } from './writers.ts'

/** About the size of a row, its index entries and its history. */
const record = `${JSON.stringify({ ...order('LOG'), padding: 'x'.repeat(900) })}\n`
const snapshot = JSON.stringify({ ...order('LOG'), status: 'awaiting_shopper', version: 3 })

const commands = {
  /** A start and no more: on disk before the call to the provider, on disk again before the answer. */
  start({ apiUrl, path }: { readonly apiUrl: string; readonly path: string }) {
    const log = new GroupLog(path)
    const { origin, pathname } = new URL(apiUrl)
    const pool = new Pool(origin, { connections: 256 })
    const request = {
      method: 'POST' as const,
      path: `${pathname}/Checkout/InsertCart`,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ Amount: 1, Reference: 'LOG-0-k4m7r2xq' }),
    }
    const send = async (): Promise<void> => {
      await log.append(record)
      const { body } = await pool.request(request)
      await body.text()
      await log.append(record)
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
  },
  cpuTime,
  /** The log alone. */
  async write({ path, writers, ms }: WriteOptions) {
    const log = new GroupLog(path)
    const perSecond = await countWrites(writers, ms, () => log.append(record))
    log.close()
    return perSecond
  },
}

export type StartsBaseline = typeof commands
serveRequests(commands)
