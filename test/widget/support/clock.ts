/** A clock that advances only when a test says so. */
export class ManualClock {
  readonly startedAt = Date.parse('2026-11-20T12:00:00Z')
  time = this.startedAt
  #timers: { at: number; task: () => void }[] = []

  now = (): number => this.time

  after = (ms: number, task: () => void): (() => void) => {
    const timer = { at: this.time + ms, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Advances by `ms`, runs due timers in order and settles after each one. */
  async advance(ms: number): Promise<void> {
    await settle()
    const end = this.time + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.time = Math.max(this.time, next.at)
      next.task()
      await settle()
    }
    this.time = end
    await settle()
  }
}

/** What the test's backend has sent and the page is reading; engines take their own time for that. */
const unread = new Set<() => boolean>()

/** Makes `settle` wait as long as this is true. Returns a function that ends that. */
export function awaitReading(isUnread: () => boolean): () => void {
  unread.add(isUnread)
  return () => void unread.delete(isUnread)
}

/**
 * Waits for everything that is pending without a timer: until nothing that was sent is still being read, and what the element
 * imports is there. What follows from that, such as rendering, is done by then, because promises are settled before the next
 * task.
 */
export async function settle(): Promise<void> {
  do {
    await nextTask()
    // Later than where the element has asked for it by now.
    await import('../../../widget/details/index.ts')
    await import('../../../widget/extras/index.ts')
    if (document.querySelector('[layout], [hand-off]')) {
      await import('../../../widget/layout/index.ts')
      await import('../../../widget/qr/index.ts')
    }
    await nextTask()
  } while ([...unread].some((isUnread) => isUnread()))
}

const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
