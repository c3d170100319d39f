import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { Client, Pool } from 'pg'
import { listen } from '../harness/listen.ts'
import { serveRequests } from '../harness/rpc-child.ts'

/**
 * Nothing but Node and PostgreSQL, in two processes: one commits a POST and notifies, the other one hears of it, reads the row and
 * writes it to the stream.
 */
const event = (status: string) => `event: status\nid: 1\ndata: {"status":"${status}"}\n\n`
const head = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }

const commands = {
  async takeCallbacks(databaseUrl: string) {
    const pool = new Pool({ connectionString: databaseUrl })
    await pool.query('create table facts (token text primary key, body text)')
    const commit = async (token: string, body: string) => {
      await pool.query('insert into facts values ($1, $2)', [token, body])
      await pool.query('select pg_notify($1, $2)', ['facts', token])
    }
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        void commit(request.url?.slice(1) ?? '', body).then(() => response.writeHead(200).end())
      })
    })
    return listen(server)
  },

  async serveStreams(databaseUrl: string) {
    const pool = new Pool({ connectionString: databaseUrl })
    const streams = new Map<string, ServerResponse>()
    const listener = new Client({ connectionString: databaseUrl })
    await listener.connect()
    listener.on('notification', ({ payload = '' }) => {
      void pool.query('select body from facts where token = $1', [payload]).then(({ rowCount }) => {
        if (rowCount === 1) streams.get(payload)?.write(event('confirming'))
      })
    })
    await listener.query('listen facts')
    const server = createServer((request, response) => {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
      response.writeHead(200, head)
      response.write(event('awaiting_shopper'))
      streams.set(token, response)
    })
    return listen(server)
  },
}

export type NotifyBaseline = typeof commands
serveRequests(commands)
