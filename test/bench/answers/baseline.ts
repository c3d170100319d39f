import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { openSqlite } from '../../../server/store/sqlite.ts'
import { listen } from '../harness/listen.ts'
import { roundTrips } from '../harness/round-trips.ts'
import { serveRequests } from '../harness/rpc-child.ts'

/** Nothing but Node and SQLite: a POST is written to the disk, then to the stream that its path names. */
const streams = new Map<string, ServerResponse>()
const head = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }
const event = (status: string) => `event: status\nid: 1\ndata: {"status":"${status}"}\n\n`

const commands = {
  start(databasePath: string) {
    const database = openSqlite(databasePath)
    database.exec('create table facts (token text, body text)')
    const insert = (row: readonly string[]) =>
      database.query('insert into facts values (?, ?)', row)
    // As many commits as ours has behind it by then: a log that has been reused once need not grow, and is quicker.
    for (let row = 0; row < 1_500; row++) insert([`early-${row}`, 'x'.repeat(300)])

    const server = createServer((request, response) => {
      if (request.method === 'GET') {
        const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
        response.writeHead(200, head)
        response.write(event('awaiting_shopper'))
        streams.set(token, response)
        response.on('close', () => streams.delete(token))
        return
      }
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        const token = request.url?.slice(1) ?? ''
        insert([token, body])
        streams.get(token)?.write(event('confirming'))
        response.writeHead(200).end()
      })
    })
    return listen(server)
  },

  /** How long the provider takes to answer, without any work on the answer, in milliseconds. */
  roundTrips,
}

export type AnswersBaseline = typeof commands
serveRequests(commands)
