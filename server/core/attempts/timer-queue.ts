import type { Clock } from '../clock.ts'

interface Entry {
  readonly id: string
  readonly at: number
}

/** Timers may fire a few milliseconds early. */
const toleranceMs = 1_000

/** What is armed for later is looked at sooner: by a clock that was set forward meanwhile, much may be due. */
const maxSleepMs = 60_000

/** Calls `onDue` with an id when its time has come. All ids share one timer. */
export class TimerQueue {
  readonly #clock: Clock
  readonly #onDue: (id: string) => void
  /** The time that counts for an id; older entries of the heap are skipped. */
  readonly #times = new Map<string, number>()
  readonly #heap: Entry[] = []
  #timerAt = Infinity
  #cancelTimer = () => {}
  /** The last time read; the clock only goes back when it is set. */
  #checkedAt = -Infinity
  #isSetBack = false

  constructor(clock: Clock, onDue: (id: string) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  set(id: string, at: number): void {
    if (this.#times.get(id) === at) return
    this.#times.set(id, at)
    this.#push({ id, at })
    const now = this.#check()
    // By a clock that was set back, this entry would delay all that are due by the old time.
    const first = this.#isSetBack ? now : at
    if (first < this.#timerAt) this.#arm(first)
  }

  delete(id: string): void {
    this.#times.delete(id)
  }

  clear(): void {
    this.#times.clear()
    this.#heap.length = 0
    this.#cancelTimer()
    this.#timerAt = Infinity
  }

  #arm(at: number): void {
    this.#cancelTimer()
    const now = this.#clock.now()
    this.#timerAt = Math.min(at, now + maxSleepMs)
    this.#cancelTimer = this.#clock.after(this.#timerAt - now, () => this.#fire())
  }

  #check(): number {
    const now = this.#clock.now()
    if (now < this.#checkedAt - toleranceMs) this.#isSetBack = true
    this.#checkedAt = now
    return now
  }

  #fire(): void {
    const now = this.#check()
    // A timer that fires before its time means that the clock was set back: all ids are due.
    const isSetBack = this.#isSetBack || now < this.#timerAt - toleranceMs
    const until = isSetBack ? Infinity : now
    this.#isSetBack = false
    this.#timerAt = Infinity
    for (let first = this.#heap[0]; first && first.at <= until; first = this.#heap[0]) {
      this.#pop()
      if (this.#times.get(first.id) !== first.at) continue
      this.#times.delete(first.id)
      this.#onDue(first.id)
    }
    const next = this.#heap[0]
    if (next && next.at < this.#timerAt) this.#arm(next.at)
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      if (!parent || parent.at <= entry.at) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const smaller =
        (heap[left + 1]?.at ?? Infinity) < (heap[left]?.at ?? Infinity) ? left + 1 : left
      const child = heap[smaller]
      if (!child || child.at >= last.at) break
      heap[index] = child
      index = smaller
    }
    heap[index] = last
  }
}
