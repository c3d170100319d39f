import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { CheckoutError } from '../core/errors.ts'
import { clientOrigin, isPublic } from '../http/client-address.ts'
import type { Forwarding, TrustedProxies } from '../http/client-address.ts'
import { eventsPath } from '../http/events.ts'
import { streamHeaders } from '../http/sse.ts'
import { probeHeader } from './probe-tokens.ts'
import type { ProbeTokens } from './probe-tokens.ts'

export const callbackProbePath = '/v1/callbacks/netgiro/probe'

/** What the provider's callbacks are signed in. [nginx] drops them unless told `underscores_in_headers on`. */
export const signedHeaders = ['netgiro_appkey', 'netgiro_nonce', 'netgiro_signature'] as const

export interface CallbackProbe {
  readonly arrived: readonly string[]
  /** How many real ones did not fit the secret since the server started. */
  readonly unproven: number
}

/** Below the path that shoppers' browsers use: what a proxy does with it may hang on that. */
export const addressProbePath = '/v1/session/probe'

export interface AddressProbe {
  /** What became of the header that says where a request comes from. */
  readonly forwarding: Forwarding
  /** Whether the address that was counted can be a shopper's. */
  readonly isPublic: boolean
}

/** How far the two comments of a probe stream lie apart. */
export const streamGapMs = 300

/** For `doctor`, who looks at this server through whatever stands before it. To everybody else, there is nothing here. */
export function probeRoutes(
  marks: ProbeTokens,
  trustedProxies: TrustedProxies,
  unproven: () => number = () => 0,
) {
  const routes = new Hono()

  routes.post(callbackProbePath, (c) => {
    const mark = c.req.header(probeHeader)
    if (!marks.isGood('callback', mark)) throw new CheckoutError('not_found')
    const arrived = signedHeaders.filter((name) => c.req.header(name) !== undefined)
    return c.json({ arrived, unproven: unproven() } satisfies CallbackProbe, 200, {
      [probeHeader]: marks.make('answer', mark),
    })
  })

  routes.get(addressProbePath, (c) => {
    const mark = c.req.header(probeHeader)
    if (!marks.isGood('address', mark)) throw new CheckoutError('not_found')
    const seen = clientOrigin(c, trustedProxies)
    const answer: AddressProbe = {
      forwarding: seen?.forwarding ?? 'none',
      isPublic: seen !== null && isPublic(seen.address),
    }
    return c.json(answer, 200, { [probeHeader]: marks.make('answer', mark) })
  })

  // At the address of the real stream: what a proxy does with it may hang on the path.
  routes.get(eventsPath, async (c, next) => {
    const mark = c.req.header(probeHeader)
    if (mark === undefined) {
      await next()
      return undefined
    }
    if (!marks.isGood('stream', mark)) throw new CheckoutError('not_found')
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
