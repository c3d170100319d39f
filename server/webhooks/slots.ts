import type { StoredEvent } from '../core/store.ts'

/**
 * How many events are sent at the same time: outcomes (which the shop must act on), latest first, and events of any type,
 * longest waiting first. Neither uses the other's slots, so that no backlog delays a payment, and no rush of payments the
 * backlog.
 */
export const slots = { outcomes: 10, oldest: 10 } as const
export type SlotType = keyof typeof slots

/** An event to send, and the type of slot that it takes. */
export type Assignment = readonly [StoredEvent, SlotType]

interface Candidates {
  readonly outcomes: readonly StoredEvent[]
  readonly oldest: readonly StoredEvent[]
}

/** Assigns events to the free slots. Those that are sent at the same time begin in the order of their occurrence. */
export function assignSlots(
  { outcomes, oldest }: Candidates,
  free: Readonly<Record<SlotType, number>>,
): readonly Assignment[] {
  const assigned = new Map<StoredEvent['id'], Assignment>()
  for (const event of outcomes.slice(0, free.outcomes)) assigned.set(event.id, [event, 'outcomes'])
  const others = oldest.filter(({ id }) => !assigned.has(id))
  for (const event of others.slice(0, free.oldest)) assigned.set(event.id, [event, 'oldest'])
  return [...assigned.values()].sort(([one], [other]) => one.seq - other.seq)
}
