import type { Clock } from './clock.ts'

interface Timer {
  readonly due: number
  /** Timers due at the same moment run in the order in which they were added. */
  readonly order: number
  /** Undefined once canceled. */
  fn: (() => void) | undefined
}

const isEarlier = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.order < b.order)

/** Any number of timers on one timer of the clock: a binary heap, because a load test keeps thousands of carts waiting. */
export class Schedule {
  readonly #clock: Clock
  readonly #heap: Timer[] = []
  #order = 0
  #armedFor = Infinity
  #disarm: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void {
    const timer: Timer = { due: this.#clock.now() + ms, order: this.#order++, fn }
    this.#push(timer)
    this.#arm()
    return () => {
      timer.fn = undefined
      this.#arm()
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Cancels everything. */
  clear(): void {
    this.#heap.length = 0
    this.#arm()
  }

  /** A canceled timer stays in the heap until it is the first. */
  #first(): Timer | undefined {
    while (this.#heap[0] && !this.#heap[0].fn) this.#shift()
    return this.#heap[0]
  }

  #arm() {
    const due = this.#first()?.due ?? Infinity
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
    for (let first = this.#first(); first && first.due <= now; first = this.#first()) {
      this.#shift()
      first.fn?.()
    }
    this.#arm()
  }

  #push(timer: Timer) {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = heap[parentAt]
      if (!parent || !isEarlier(timer, parent)) break
      heap[at] = parent
      at = parentAt
    }
    heap[at] = timer
  }

  #shift() {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      if (!left) break
      const rightIsFirst = right !== undefined && isEarlier(right, left)
      const child = rightIsFirst ? right : left
      if (!isEarlier(child, last)) break
      heap[at] = child
      at = 2 * at + (rightIsFirst ? 2 : 1)
    }
    heap[at] = last
  }
}
