import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Snapshot } from '../../server/protocol/index.ts'
import { origin } from './test-server.ts'
import type { TestServer } from './test-server.ts'

export interface OpenStream {
  readonly response: IncomingMessage
  readonly events: EventSourceMessage[]
  readonly snapshots: () => Snapshot[]
  /** Everything as it was received. */
  readonly text: () => string
  readonly retries: number[]
  readonly ended: Promise<void>
  leave(): void
}

/** Opens the event stream as a browser's `fetch` would, over a socket of its own. */
export function openStream(
  testServer: Pick<TestServer, 'url'>,
  session: string,
  headers: Record<string, string> = {},
): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${testServer.url}/v1/session/events`, {
      agent: false,
      headers: { origin, authorization: `Bearer ${session}`, ...headers },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const events: EventSourceMessage[] = []
      const retries: number[] = []
      let text = ''
      const parser = createParser({
        onEvent: (event) => void events.push(event),
        onRetry: (retry) => void retries.push(retry),
      })
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        parser.feed(chunk)
      })
      const ended = new Promise<void>((done) => {
        response.on('close', done)
        response.on('error', () => {})
      })
      resolve({
        response,
        events,
        retries,
        ended,
        text: () => text,
        snapshots: () => events.map(({ data }) => JSON.parse(data) as Snapshot),
        leave: () => outgoing.destroy(),
      })
    })
    outgoing.end()
  })
}
