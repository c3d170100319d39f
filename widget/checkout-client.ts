import { readSnapshot, type ProblemCode, type Snapshot } from '../server/protocol/index.ts'
import { link, type World } from './world.ts'

/**
 * A code of the backend; `network`: no answer, or one that is not the backend's (a proxy, a captive portal);
 * `unreachable`: the backend has not answered once, or its address is not known; `form_unavailable`: the provider's own
 * form could not be shown.
 */
export type ErrorCode = ProblemCode | 'network' | 'unreachable' | 'form_unavailable'

export type Wish = 'start' | 'code' | 'cancel'
export type WishBody = Readonly<Record<string, string | boolean>>

export class CheckoutProblem extends Error {
  readonly code: ErrorCode
  /** Seconds after which it may be tried again; 0 where nothing is said of it. */
  readonly retryAfter: number
  /** With `phone_busy`: the request that is in the way may be called off by this shopper. */
  readonly canCancelWaiting: boolean

  constructor(code: ErrorCode, retryAfter = 0, canCancelWaiting = false) {
    super(code)
    this.code = code
    this.retryAfter = retryAfter
    this.canCancelWaiting = canCancelWaiting
  }
}

export const codeOf = (problem: unknown): ErrorCode =>
  problem instanceof CheckoutProblem ? problem.code : 'network'

/** Ours: long enough for a slow phone network, short enough to tell the shopper. */
const giveUpAfter = 10_000

/** Hostile input becomes a snapshot, or a problem with a code. */
export async function readAnswer(response: Response): Promise<Snapshot> {
  const body = (await response.json()) as { code?: ProblemCode; canCancelWaiting?: unknown } | null
  const snapshot = response.ok && readSnapshot(body)
  if (snapshot) return snapshot
  throw new CheckoutProblem(
    body?.code ?? 'network',
    Number(response.headers.get('retry-after')) || 0,
    body?.canCancelWaiting === true,
  )
}

/** Talks to the backend-for-frontend: a look, wishes and one stream. */
export interface CheckoutClient {
  read(signal: AbortSignal): Promise<Snapshot>
  wish(name: Wish, body: WishBody, signal: AbortSignal, key: string): Promise<Snapshot>
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
    const { signal, end, release } = link(outer)
    const cancel = world.after(giveUpAfter, end)
    try {
      return await readAnswer(await send(path, signal, headers, body))
    } finally {
      cancel()
      release()
    }
  }

  return {
    read: (signal) => ask('', signal),
    wish: (name, body, signal, key) =>
      ask(`/${name}`, signal, { 'content-type': 'application/json', 'idempotency-key': key }, body),
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
