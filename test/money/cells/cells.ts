import type { Status } from '../../../server/protocol/index.ts'
import type { RailFault } from '../rails/rail.ts'

/** What happened to a call: the faults of the simulators, those together that look the same from here. */
export const causes = [
  'none',
  /** The provider cannot be reached. */
  'away',
  'lost_before',
  'lost_after',
  'late',
  /** It came in pieces, or half of it alone. */
  'dripped',
  'cut_off',
  'unreadable',
  /** An error, or a code for one. */
  'refusal',
  /** A true-looking answer about a state that is not that of the payment. */
  'false_state',
  /** A report whose parts contradict each other or prove nothing. */
  'contradiction',
  /** Another amount, currency, reference or id. */
  'other_payment',
] as const
export type Cause = (typeof causes)[number]

/** Only callbacks have these. A callback is a hint to poll: what it leads to comes from a call. */
type OfCallbacks = 'never' | 'duplicate' | 'before_answer' | 'before_done' | 'forged'

export const causeOf: Readonly<Record<Exclude<RailFault['kind'], OfCallbacks>, Cause>> = {
  ...{ drop_before_effect: 'lost_before', hang_before_effect: 'lost_before' },
  ...{ drop_after_effect: 'lost_after', hang_after_effect: 'lost_after' },
  ...{ delay: 'late', delay_before_effect: 'late' },
  ...{ http_500: 'unreadable', html: 'unreadable', bad_json: 'unreadable' },
  ...{ bad_signature: 'unreadable', missing_signature: 'unreadable', redirect: 'unreadable' },
  ...{ refuse: 'refusal', refused_by_name: 'refusal', unauthorized: 'refusal' },
  ...{ e1: 'refusal', e2: 'refusal', e3: 'refusal', e4: 'refusal' },
  ...{ code: 'false_state', stale: 'false_state', unknown_state: 'false_state' },
  ...{ says_paid: 'false_state', says_canceled: 'false_state' },
  ...{ status_unconfirmed: 'contradiction', status_canceled: 'contradiction' },
  no_payment_info: 'contradiction',
  ...{ wrong_amount: 'other_payment', wrong_reference: 'other_payment' },
  ...{ wrong_currency: 'other_payment', wrong_id: 'other_payment' },
  ...{ other_cart: 'other_payment', other_amount: 'other_payment' },
  ...{ reference_in_capitals: 'other_payment', reference_with_space: 'other_payment' },
  same_transaction_id: 'other_payment',
}

/** What happens to a server or around it, whatever its checkouts are doing. */
export const events = [
  ...(['a process ends', 'a backup is restored', 'the settings change'] as const),
  ...(['the disk is full', 'the database is locked'] as const),
  ...(['the provider is away', 'the clock is set', 'the shop is down'] as const),
] as const
export type Event = (typeof events)[number]

/** What happens to one of several servers, or to the database that they share, whatever their checkouts are doing. */
export const replicaEvents = [
  ...(['a server is killed', 'a server stands still', 'a server is cut off'] as const),
  ...(['a COMMIT is lost', 'the database is killed', 'another server takes over'] as const),
] as const
export type ReplicaEvent = (typeof replicaEvents)[number]

/** An input, as the history names it, that changed something; or an event. */
export const cellOf = (status: Status, what: string, cause: Cause): string =>
  `${status} × ${what} × ${cause}`

/** How often each cell occurred. */
export type Cells = Map<string, number>

export function addCells(to: Cells, cells: Iterable<readonly [string, number]>): void {
  for (const [cell, count] of cells) to.set(cell, (to.get(cell) ?? 0) + count)
}
