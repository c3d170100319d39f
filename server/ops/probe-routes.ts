import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { CheckoutError } from '../core/errors.ts'
import { clientOrigin, isPublic } from '../http/client-address.ts'
import type { Forwarding, TrustedProxies } from '../http/client-address.ts'
import { eventsPath, sessionPath } from '../http/events.ts'
import { streamHeaders } from '../http/sse.ts'
import { probeHeader } from './probe-tokens.ts'
import type { AcceptProbe } from './probe-tokens.ts'

export const callbackProbePath = '/v1/callbacks/netgiro/probe'

/** The headers of a signed callback. [nginx] drops them without `underscores_in_headers on`. */
export const signedHeaders = ['netgiro_appkey', 'netgiro_nonce', 'netgiro_signature'] as const

export interface CallbackProbe {
  readonly arrived: readonly string[]
  /** How many real callbacks had a wrong signature since the server started. */
  readonly unproven: number
}

/** Below the path that browsers use, because proxies may have rules per path. */
export const addressProbePath = '/v1/session/probe'

export interface AddressProbe {
  /** How `X-Forwarded-For` was handled. */
  readonly forwarding: Forwarding
  /** Whether the client's address can be a shopper's. */
  readonly isPublic: boolean
  /** Whether `X-Forwarded-For` names nobody before it; servers of an earlier version do not say. */
  readonly isFirst?: boolean
  /** Whether it is the address of a trusted proxy; servers of an earlier version do not say. */
  readonly isProxy?: boolean
}

/** The pause between the two comments of the probe stream. */
export const streamGapMs = 300

/** Routes for `doctor`, which checks this server through its proxies. Everyone else gets 404. */
export function probeRoutes(
  accept: AcceptProbe,
  trustedProxies: TrustedProxies,
  unproven: () => number = () => 0,
) {
  const routes = new Hono()

  routes.post(callbackProbePath, (c) => {
    const token = c.req.header(probeHeader)
    const tokens = accept('callback', token)
    if (!tokens) throw new CheckoutError('not_found')
    const arrived = signedHeaders.filter((name) => c.req.header(name) !== undefined)
    return c.json({ arrived, unproven: unproven() } satisfies CallbackProbe, 200, {
      [probeHeader]: tokens.make('answer', token),
    })
  })

  routes.get(addressProbePath, (c) => {
    const token = c.req.header(probeHeader)
    const tokens = accept('address', token)
    if (!tokens) throw new CheckoutError('not_found')
    const seen = clientOrigin(c, trustedProxies)
    const answer: AddressProbe = {
      forwarding: seen?.forwarding ?? 'none',
      isPublic: seen !== null && isPublic(seen.address),
      isFirst: seen?.isFirst ?? true,
      isProxy: seen?.isProxy ?? false,
    }
    return c.json(answer, 200, { [probeHeader]: tokens.make('answer', token) })
  })

  // At the paths of the real stream, because proxies may have rules per path.
  routes.on('GET', [eventsPath, sessionPath], async (c, next) => {
    const token = c.req.header(probeHeader)
    if (token === undefined) {
      await next()
      return undefined
    }
    if (!accept('stream', token)) throw new CheckoutError('not_found')
    return c.body(twoComments(), 200, streamHeaders)
  })

  return routes
}

function twoComments(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode(': one\n\n'))
      await sleep(streamGapMs)
      controller.enqueue(encoder.encode(': two\n\n'))
      controller.close()
    },
    cancel() {},
  })
}
