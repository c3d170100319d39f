import { createServer } from 'node:http'
import { Pool as Connections } from 'pg'
import { Pool } from 'undici'
import { listen } from '../harness/listen.ts'
import { order } from '../harness/order.ts'
import { serveRequests } from '../harness/rpc-child.ts'

/** About the size of a row, its index entries and its history. */
const record = JSON.stringify({ ...order('LOG'), padding: 'x'.repeat(900) })
const snapshot = JSON.stringify({ ...order('LOG'), status: 'awaiting_shopper', version: 3 })

const commands = {
  /** A start and no more: a transaction before the call to the provider, and another one before the answer. */
  async start({ apiUrl, databaseUrl }: { readonly apiUrl: string; readonly databaseUrl: string }) {
    // As many as ours has.
    const connections = new Connections({ connectionString: databaseUrl, max: 10 })
    await connections.query('create table starts (id bigserial primary key, body text)')
    const insert = () => connections.query('insert into starts (body) values ($1)', [record])
    const { origin, pathname } = new URL(apiUrl)
    const pool = new Pool(origin, { connections: 256 })
    const request = {
      method: 'POST' as const,
      path: `${pathname}/Checkout/InsertCart`,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ Amount: 1, Reference: 'LOG-0-k4m7r2xq' }),
    }
    const send = async (): Promise<void> => {
      await insert()
      const { body } = await pool.request(request)
      await body.text()
      await insert()
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
}

export type StartsFloor = typeof commands
serveRequests(commands)
