import { array, maxValue, minLength, number, optional, pipe, string } from 'valibot'

import { atLeast, faultQueue } from '../simulator-kit/faults.ts'
import type { FaultOf, FaultQueue, FaultSpecOf } from '../simulator-kit/faults.ts'

export const calls = [
  'InitializePayment',
  'GetPaymentStatus',
  'UpdateItems',
  'CancelPayment',
] as const
export type ApiCall = (typeof calls)[number]

const commonKinds = [
  'drop_before_effect',
  'drop_after_effect',
  'hang_before_effect',
  'hang_after_effect',
  'delay_before_effect',
  'delay',
  'bad_json',
  'unauthorized',
  'http_500',
  'html',
  'e1',
  'e2',
  'e3',
  'e4',
] as const

/** Wrong fields in a response of GetPaymentStatus. */
export const corruptions = [
  'unknown_state',
  'wrong_amount',
  'wrong_reference',
  'wrong_currency',
  'wrong_id',
  'stale',
] as const
export type Corruption = (typeof corruptions)[number]

/** The kinds of fault of each call; `Notification` stands for the notification to the shop. */
export const faultKinds = {
  InitializePayment: commonKinds,
  GetPaymentStatus: [...commonKinds, ...corruptions],
  UpdateItems: commonKinds,
  CancelPayment: commonKinds,
  Notification: ['never', 'delay', 'duplicate', 'forged', 'before_done'],
} as const

const fields = {
  /** For `unknown_state`. */
  state: optional(number(), 42),
  /** For `e1` to `e4`: the HTTP status; each has its own default. */
  status: optional(pipe(atLeast(200), maxValue(599))),
  /** For `e1` to `e4`: their messages. */
  messages: optional(pipe(array(string()), minLength(1)), ['Simulated.']),
}

export type Fault = FaultOf<typeof faultKinds, typeof fields>
export type FaultKind = Fault['kind']
export type AvardaFaultSpec = FaultSpecOf<typeof faultKinds, typeof fields>
export type Faults = FaultQueue<Fault>

export const createFaults = (): Faults => faultQueue(faultKinds, fields)
