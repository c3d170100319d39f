type Status = 'pending' | 'authorized' | 'paid' | 'canceled'
export type KnownStatus = readonly [Status, details: string | null]

/**
 * [netgiro] status-codes and details, complete. Where money is concerned, `details` has to report the matching status,
 * because only it has the amount; if the two contradict each other, neither is believed.
 */
export const statuses: ReadonlyMap<string, KnownStatus> = new Map([
  // "Customer hasn't confirmed yet"
  ['Pending', ['pending', null]],
  // "Amount held, not charged"
  ['Authorized', ['authorized', 'reservation']],
  // "Payment complete"
  ['Confirmed', ['paid', 'paid']],
  // "Payment cancelled": by the payer, by us or by time.
  ['Cancelled', ['canceled', null]],
])
