import { readSnapshot, type ProblemCode, type Snapshot } from '../server/protocol.ts'
import { link, type World } from './world.ts'

/** A code of the backend, or `network`: no answer, or one that is not the backend's (a proxy, a captive portal). */
export type ErrorCode = ProblemCode | 'network'

export class CheckoutProblem extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

export const codeOf = (problem: unknown): ErrorCode =>
  problem instanceof CheckoutProblem ? problem.code : 'network'

/** Ours: long enough for a slow phone network, short enough to tell the shopper. */
const giveUpAfter = 10_000

/** Hostile input becomes a snapshot, or a problem with a code. */
export async function readAnswer(response: Response): Promise<Snapshot> {
  const body = (await response.json()) as { code?: ProblemCode } | null
  const snapshot = response.ok && readSnapshot(body)
  if (snapshot) return snapshot
  throw new CheckoutProblem(body?.code ?? 'network')
}

/** Talks to the backend-for-frontend: three calls and one stream. */
export interface CheckoutClient {
  read(signal: AbortSignal): Promise<Snapshot>
  start(signal: AbortSignal, key: string, phone: string): Promise<Snapshot>
  cancel(signal: AbortSignal, key: string): Promise<Snapshot>
  /** The open stream's body; judging what is in it is the reader's work. */
  events(signal: AbortSignal, lastEventId: string): Promise<ReadableStream<Uint8Array>>
}

export function checkoutClient(server: string, session: string, world: World): CheckoutClient {
  // The credential travels in a header only: addresses are logged everywhere.
  const send = (path: string, signal: AbortSignal, headers: object, body?: object) =>
    world.fetch(`${server.replace(/\/+$/, '')}/v1/session${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, authorization: `Bearer ${session}` },
      body: body ? JSON.stringify(body) : null,
      cache: 'no-store',
      credentials: 'omit',
      signal,
    })

  const ask = async (path: string, outer: AbortSignal, headers = {}, body?: object) => {
    const inner = link(outer)
    const end = (): void => inner.abort()
    const cancel = world.after(giveUpAfter, end)
    try {
      return await readAnswer(await send(path, inner.signal, headers, body))
    } finally {
      cancel()
      end()
    }
  }

  const wish = (path: string, signal: AbortSignal, key: string, body: object) =>
    ask(path, signal, { 'content-type': 'application/json', 'idempotency-key': key }, body)

  return {
    read: (signal) => ask('', signal),
    start: (signal, key, phone) => wish('/start', signal, key, { phone }),
    cancel: (signal, key) => wish('/cancel', signal, key, {}),
    async events(signal, lastEventId) {
      const headers = lastEventId ? { 'last-event-id': lastEventId } : {}
      const response = await send('/events', signal, headers)
      const { body } = response
      const type = response.headers.get('content-type')
      if (body && response.ok && type?.startsWith('text/event-stream')) return body
      throw new CheckoutProblem('network')
    },
  }
}
