import type { IncomingMessage } from 'node:http'

import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import type { Entry } from './entry.ts'
import { isWrong, type ApiCall, type Fault, type Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { fromInBetween } from './replies.ts'
import type { Schedule } from './schedule.ts'

/** What a call did, and how to answer it. */
export interface Acted {
  readonly entry?: Entry | undefined
  readonly reply: (fault?: Fault) => Response
}

/** One call, in parts that faults can come between. */
export interface Call {
  readonly name: ApiCall
  readonly incoming: IncomingMessage
  /** The cart it names, if there is one. */
  readonly entry: Entry | undefined
  readonly act: () => Acted
  /** The answer of a call that is refused for no reason. */
  readonly refuse: (fault: Fault) => Response
}

/** The calls whose answer a callback can overtake, and which callback that is. */
const overtaken: Partial<Record<ApiCall, 'payment' | 'cancel'>> = {
  InsertCart: 'payment',
  CancelCart: 'cancel',
  'v2.payment': 'payment',
  'v2.cancel': 'cancel',
}

export interface ExchangeDeps {
  readonly ledger: Ledger
  readonly faults: Faults
  readonly schedule: Schedule
}

export type Exchange = (call: Call) => Promise<Response>

/** Carries calls out, and lets happen what was asked to go wrong. */
export function createExchange({ ledger, faults, schedule }: ExchangeDeps): Exchange {
  /** Makes the callback overtake the answer; of a new cart the customer is then the quickest there is. */
  async function callbackFirst(name: ApiCall, entry: Entry) {
    const { callbackUrl, callbackCancelUrl } = entry.cart.order
    const kind = overtaken[name]
    const url = kind && (kind === 'payment' ? callbackUrl : callbackCancelUrl)
    if (!url || !faults.take('Callback', isBeforeAnswer, entry.cart.transactionId)) return
    if (kind === 'payment') ledger.approve(entry)
    await entry.telling
  }

  async function wait(fault: Fault | undefined, entry: Entry | undefined) {
    const ms = (fault?.kind === 'delay' ? fault.ms : 0) + (entry?.cart.persona.slowMs ?? 0)
    if (ms > 0) await schedule.sleep(ms)
  }

  return async ({ name, incoming, entry: named, act, refuse }) => {
    const fault = faults.take(name, (kind) => !isConditional(kind), named?.cart.transactionId)
    if (fault?.kind === 'delay_before_effect') await schedule.sleep(fault.ms)
    if (fault && !hasEffect(fault)) {
      await wait(fault, named)
      if (fault.kind === 'code' || fault.kind === 'refuse') return refuse(fault)
      return fromInBetween(fault) ?? drop(incoming)
    }
    const { entry, reply } = act()
    if (entry) await callbackFirst(name, entry)
    await wait(fault, entry)
    if (fault?.kind === 'drop_after_effect') return drop(incoming)
    if (fault?.kind === 'code') return refuse(fault)
    return (fault && fromInBetween(fault)) ?? reply(fault)
  }
}

/** The faults that only some answers can show; they stay queued until one does. */
const isConditional = (kind: Fault['kind']) => isWrong(kind) || ofSomeAnswers.has(kind)
const ofSomeAnswers = new Set<Fault['kind']>([
  ...(['stale', 'other_cart', 'says_paid', 'says_canceled'] as const),
  ...(['same_transaction_id', 'refused_by_name', 'other_amount'] as const),
])

const isBeforeAnswer = (kind: Fault['kind']) => kind === 'before_answer'

function hasEffect(fault: Fault): boolean {
  switch (fault.kind) {
    case 'drop_before_effect':
    case 'refuse':
    case 'redirect':
      return false
    case 'code':
    case 'http_500':
    case 'html':
      return fault.effect
    default:
      return true
  }
}

function drop(incoming: IncomingMessage): Response {
  incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}
