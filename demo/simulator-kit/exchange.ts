import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'

import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import type { Schedule } from './schedule.ts'

interface CallFault {
  readonly kind: string
  readonly ms: number
  readonly effect: boolean
}

export interface Effect<F> {
  readonly reply: (fault: F | undefined) => Response
  /** How much later the reply is sent. */
  readonly delayMs?: number | undefined
}

/** One call, in the parts between which a fault can happen. */
export interface Exchange<F> {
  readonly fault: F | undefined
  readonly schedule: Schedule
  readonly incoming: IncomingMessage
  readonly carryOut: () => Effect<F> | Promise<Effect<F>>
  /** The response that this fault puts in place of the reply; undefined when it has none. */
  readonly replacement: (fault: F) => Response | undefined
  /** How much later a fault without effect is seen. */
  readonly delayMs?: number | undefined
}

/** Carries a call out as its fault has it, or as it should be. */
export async function exchange<F extends CallFault>(call: Exchange<F>): Promise<Response> {
  const { fault, schedule, incoming, carryOut, replacement } = call
  const pause = async (ms = 0) => {
    if (ms > 0) await schedule.sleep(ms)
  }
  if (fault?.kind === 'delay_before_effect') await pause(fault.ms)
  if (fault && !hasEffect(fault, replacement)) {
    await pause(call.delayMs)
    return (await withoutResponse(fault, incoming)) ?? replacement(fault) ?? drop(incoming)
  }
  const { reply, delayMs = 0 } = await carryOut()
  await pause(delayMs + (fault?.kind === 'delay' ? fault.ms : 0))
  return (fault && ((await withoutResponse(fault, incoming)) ?? replacement(fault))) ?? reply(fault)
}

/** A provider that refuses, or redirects, has done nothing: a fault that contradicts this would be no use to a test. */
const neverEffective: ReadonlySet<string> = new Set([
  'drop_before_effect',
  'hang_before_effect',
  'refuse',
  'redirect',
])

function hasEffect<F extends CallFault>(fault: F, replacement: Exchange<F>['replacement']) {
  if (neverEffective.has(fault.kind)) return false
  return replacement(fault) ? fault.effect : true
}

/** The faults after which the caller gets no response at all. */
async function withoutResponse({ kind }: CallFault, incoming: IncomingMessage) {
  if (kind === 'drop_before_effect' || kind === 'drop_after_effect') return drop(incoming)
  if (kind !== 'hang_before_effect' && kind !== 'hang_after_effect') return undefined
  // Until the caller gives up.
  if (!incoming.socket.destroyed) await once(incoming.socket, 'close')
  return RESPONSE_ALREADY_SENT
}

function drop(incoming: IncomingMessage): Response {
  incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}
