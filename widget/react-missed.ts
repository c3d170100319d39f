import type { ErrorCode } from './checkout-client.ts'
import { eventsOf, NetgiroErrorEvent, type NetgiroCheckoutEvent } from './events.ts'
import type { NetgiroCheckout } from './netgiro-checkout.ts'

/** What the handlers know of an element. */
export interface Known {
  readonly session: unknown
  /** Of the last snapshot; -1 before any. */
  readonly version: number
  readonly problem: ErrorCode | null
}

export const nothingKnown: Known = { session: null, version: -1, problem: null }

/** What the handlers know after an event of the element. */
export const knownOf = ({ session, snapshot, problem }: NetgiroCheckout): Known => ({
  session,
  version: snapshot?.version ?? -1,
  problem,
})

/** The events that the element dispatched before it had a listener, for handlers that know this much. */
export function missedEvents(element: NetgiroCheckout, known: Known): NetgiroCheckoutEvent[] {
  const { session, snapshot, problem } = element
  const { version, problem: told } = known.session === session ? known : nothingKnown
  const events = snapshot && snapshot.version > version ? eventsOf(null, snapshot) : []
  if (problem && problem !== told) events.push(new NetgiroErrorEvent(problem, snapshot))
  // They are dispatched no more, and handlers look there for the element.
  for (const event of events)
    Object.defineProperties(event, {
      target: { value: element },
      currentTarget: { value: element },
    })
  return events
}
