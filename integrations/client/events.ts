import type { CallOptions, Send } from './transport.ts'
import type { Event, EventList } from './types.ts'

export interface ListEventsOptions extends CallOptions {
  /** A `cursor` from an earlier run; without one, the list starts with the oldest event that is kept. */
  readonly after?: string | null | undefined
}

export interface ListedEvent {
  readonly event: Event
  /** Store it once the event is handled. After a restart some events of the same page may come again, under the same `id`. */
  readonly cursor: string
  /** A backup of the server was restored since `after`, so the list starts with the oldest event that is kept. */
  readonly restarted: boolean
}

export interface Events {
  /**
   * Lists every event until now, oldest first, page by page.
   *
   * @example
   * ```ts
   * for await (const { event, cursor } of client.events.list({ after: await loadCursor() })) {
   *   await handle(event)
   *   await saveCursor(cursor)
   * }
   * ```
   */
  list(options?: ListEventsOptions): AsyncIterable<ListedEvent>
}

export const createEvents = (send: Send): Events => ({
  async *list({ after, signal } = {}) {
    for (let cursor = after || '0'; ;) {
      const path = `/v1/events?after=${encodeURIComponent(cursor)}`
      const page = (await send({
        ...{ method: 'GET', path, field: 'events' },
        ...(signal && { signal }),
      })) as EventList
      const { events, restarted = false } = page
      for (const [index, event] of events.entries()) {
        // Only the end of a page is a place to go on from.
        const isLast = index === events.length - 1
        yield { event, cursor: isLast ? page.cursor : cursor, restarted }
      }
      if (!page.hasMore) return
      cursor = page.cursor
    }
  },
})
