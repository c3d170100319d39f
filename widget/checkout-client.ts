import { readSnapshot, type ProblemCode, type Snapshot } from '../server/protocol/index.ts'
import { deadline, type Platform } from './platform.ts'

/**
 * A problem code of the backend, or one of the element's own. `network`: no response, or one that did not come from the
 * backend (a proxy, a captive portal). `unreachable`: the backend has never responded, or its address is unknown.
 * `no_session`: the element waited ten seconds for a session. `form_unavailable`: the provider's form could not be shown.
 */
export type ErrorCode = ProblemCode | 'network' | 'unreachable' | 'no_session' | 'form_unavailable'

export type CheckoutAction = 'start' | 'code' | 'cancel'
export type ActionBody = Readonly<Record<string, string | boolean>>

/** Why a request brought no snapshot. */
export interface Refusal {
  readonly code: ErrorCode
  /** Seconds until a retry makes sense, from `Retry-After`; 0 or missing if the response did not say. */
  readonly retryAfter?: number
  /** With `phone_busy`: this shopper may cancel the other request that is waiting on the phone. */
  readonly canCancelWaiting?: boolean
}

/** Our choice: long enough for a slow mobile network, short enough to keep the shopper informed. */
const requestTimeoutMs = 10_000

/** Reads a response as untrusted input. */
export async function readResponse(response: Response): Promise<Snapshot | Refusal> {
  const body = (await response.json()) as Partial<Refusal> | null
  return (
    (response.ok ? readSnapshot(body) : null) ?? {
      // A gateway's own answer may have a code of another kind.
      code: (typeof body?.code === 'string' && body.code) || 'network',
      // [http] may also be a date. Of more digits than these there is no use, and no timer takes them.
      retryAfter: Number(/^\d{1,6}$/.exec(response.headers.get('retry-after') ?? '')),
      canCancelWaiting: !!body?.canCancelWaiting,
    }
  )
}

/** The browser API of the backend-for-frontend. */
export interface CheckoutClient {
  /** Differs for each session; known to whoever knows the session. */
  readonly name: string
  read(signal: AbortSignal, timeoutMs?: number): Promise<Snapshot | Refusal>
  /** `key` is the `Idempotency-Key`: a request that is repeated with the same key takes effect once. */
  post(
    action: CheckoutAction,
    body: ActionBody,
    signal: AbortSignal,
    key: string,
  ): Promise<Snapshot | Refusal>
  /**
   * The body of an open event stream, not parsed yet.
   *
   * @throws if the response is anything else.
   */
  events(signal: AbortSignal, lastEventId: string): Promise<ReadableStream<Uint8Array>>
}

export function checkoutClient(
  server: string,
  session: string,
  platform: Platform,
): CheckoutClient {
  // One URL for all calls, because a browser asks once for each whether it may call it.
  const url = `${server.replace(/\/+$/, '')}/v1/session`

  // The credential travels in a header only, because URLs end up in logs. No cache mode: with one, Chrome repeats the
  // preflight of every request, and one that a dead line has swallowed keeps its connection when the request is aborted,
  // of which there are six. The backend forbids caching itself.
  const send = (signal: AbortSignal, headers = {}, body?: object) =>
    platform.fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, authorization: `Bearer ${session}` },
      // [ecma] undefined where there is none.
      body: JSON.stringify(body),
      credentials: 'omit',
      signal,
    })

  const request = async (
    parent: AbortSignal,
    timeoutMs = requestTimeoutMs,
    headers?: object,
    body?: object,
  ) => {
    const { signal, stop } = deadline(platform, timeoutMs, parent)
    try {
      return await readResponse(await send(signal, headers, body))
    } catch {
      return { code: 'network' } as const
    } finally {
      stop()
    }
  }

  return {
    name: `netgiro ${url} ${session}`,
    read: request,
    post: (action, body, signal, key) =>
      request(
        signal,
        undefined,
        { 'content-type': 'application/json', 'idempotency-key': key },
        { action, ...body },
      ),
    async events(signal, lastEventId) {
      const { ok, body, headers } = await send(signal, {
        accept: 'text/event-stream',
        ...(lastEventId && { 'last-event-id': lastEventId }),
      })
      if (body && ok && headers.get('content-type')?.startsWith('text/event-stream')) return body
      throw new Error()
    },
  }
}
