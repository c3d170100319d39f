import type { Clock } from './clock.ts'

interface Entry {
  readonly due: number
  /** Entries due at the same moment run in the order they came. */
  readonly order: number
  fn: (() => void) | undefined
}

const earlier = (a: Entry, b: Entry) => a.due < b.due || (a.due === b.due && a.order < b.order)

/** Everything that happens later, on one timer: a binary heap, because a load test has thousands of carts waiting. */
export class Schedule {
  readonly #clock: Clock
  readonly #heap: Entry[] = []
  #order = 0
  #armedFor = Infinity
  #disarm: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The answer calls it off. */
  after(ms: number, fn: () => void): () => void {
    const entry: Entry = { due: this.#clock.now() + ms, order: this.#order++, fn }
    this.#push(entry)
    this.#arm()
    return () => {
      entry.fn = undefined
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  clear(): void {
    this.#disarm?.()
    this.#heap.length = 0
    this.#armedFor = Infinity
  }

  #arm() {
    const due = this.#heap[0]?.due ?? Infinity
    if (due === this.#armedFor) return
    this.#disarm?.()
    this.#disarm = undefined
    this.#armedFor = due
    if (due === Infinity) return
    this.#disarm = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      this.#run()
    })
  }

  #run() {
    this.#armedFor = Infinity
    const now = this.#clock.now()
    for (let first = this.#heap[0]; first && first.due <= now; first = this.#heap[0]) {
      this.#shift()
      first.fn?.()
    }
    this.#arm()
  }

  #push(entry: Entry) {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = heap[parentAt]
      if (!parent || !earlier(entry, parent)) break
      heap[at] = parent
      at = parentAt
    }
    heap[at] = entry
  }

  #shift() {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      if (!left) break
      const rightIsFirst = right !== undefined && earlier(right, left)
      const child = rightIsFirst ? right : left
      if (!earlier(child, last)) break
      heap[at] = child
      at = 2 * at + (rightIsFirst ? 2 : 1)
    }
    heap[at] = last
  }
}
