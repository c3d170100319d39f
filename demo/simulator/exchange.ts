import type { IncomingMessage } from 'node:http'

import { exchange } from '../simulator-kit/exchange.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import type { CartRecord } from './cart-record.ts'
import type { Carts } from './carts.ts'
import { isCorruption, type ApiCall, type Fault, type Faults } from './faults.ts'
import { proxyResponse } from './replies.ts'

/** The cart that a call was about, and its reply. */
export interface CallEffect {
  readonly record?: CartRecord | undefined
  readonly reply: (fault?: Fault) => Response
}

export interface CartCall {
  readonly name: ApiCall
  readonly incoming: IncomingMessage
  /** The cart that it names, if there is one. */
  readonly record: CartRecord | undefined
  readonly act: () => CallEffect
  /** The reply of the faults `code` and `refuse`. */
  readonly refuse: (fault: Fault) => Response
}

/** The calls whose reply a callback can overtake, and which callback that is. */
const overtaken: Partial<Record<ApiCall, 'payment' | 'cancel'>> = {
  InsertCart: 'payment',
  CancelCart: 'cancel',
  'v2.payment': 'payment',
  'v2.cancel': 'cancel',
}

export interface ExchangeDeps {
  readonly carts: Carts
  readonly faults: Faults
  readonly schedule: Schedule
}

export type CartExchange = (call: CartCall) => Promise<Response>

/** Carries calls out with their faults. */
export function createExchange({ carts, faults, schedule }: ExchangeDeps): CartExchange {
  /** Lets the callback overtake the reply; the customer of a new cart then approves at once. */
  async function callbackFirst(name: ApiCall, record: CartRecord) {
    const { callbackUrl, callbackCancelUrl } = record.cart.order
    const kind = overtaken[name]
    const url = kind && (kind === 'payment' ? callbackUrl : callbackCancelUrl)
    if (!url || !faults.takeKind('Callback', 'before_answer', record.cart.transactionId)) return
    if (kind === 'payment') carts.approve(record)
    await record.callbackAttempt
  }

  return ({ name, incoming, record: named, act, refuse }) =>
    exchange({
      ...{ schedule, incoming },
      fault: faults.take(name, (kind) => !isConditional(kind), named?.cart.transactionId),
      carryOut: async () => {
        const { record, reply } = act()
        if (record) await callbackFirst(name, record)
        return { reply, delayMs: record?.cart.persona.slowMs }
      },
      replacement: (fault) =>
        fault.kind === 'code' || fault.kind === 'refuse' ? refuse(fault) : proxyResponse(fault),
      delayMs: named?.cart.persona.slowMs,
    })
}

/** Faults that only some responses can show; they stay queued until one does. */
const isConditional = (kind: Fault['kind']) => isCorruption(kind) || conditionalKinds.has(kind)
const conditionalKinds = new Set<Fault['kind']>([
  ...(['stale', 'other_cart', 'says_paid', 'says_canceled'] as const),
  ...(['same_transaction_id', 'refused_by_name', 'other_amount'] as const),
])
