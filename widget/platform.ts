import { joinTabs, type JoinTabs } from './tabs.ts'

/** What the widget needs from its environment: network, time and randomness. Tests pass in a fake. */
export interface Platform {
  readonly fetch: typeof fetch
  /** Milliseconds, by a clock that is never set back. */
  now(): number
  /** Runs `task` once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, task: () => void): () => void
  random(): number
  /** True while the page is in a hidden tab or window. */
  hidden(): boolean
  /** Finds the other tabs of a session. */
  readonly joinTabs: JoinTabs
  /** Runs `task` when what was just rendered can be seen. */
  afterPaint(task: () => void): void
}

export const browserPlatform: Platform = {
  // Called as methods of `globalThis`: wrappers that a page installs may depend on their `this`.
  fetch: (input, init) => globalThis.fetch(input, init),
  // [dom] milliseconds since the page was opened. Not `Date.now()`, because the shopper or the network may set that clock
  // while a countdown runs; not `performance.now()`, because `var performance` of a page hides it.
  now: () => new CustomEvent('').timeStamp,
  after(ms, task) {
    const timer = globalThis.setTimeout(task, ms)
    return () => globalThis.clearTimeout(timer)
  },
  random: Math.random,
  // `<form name="hidden">` shadows the property of the document, and is no `true`.
  hidden: () => (document.hidden as unknown) === true,
  joinTabs,
  // The first frame shows it, and the second comes after that, however long the first one takes. A hidden page has no frames.
  afterPaint(task) {
    void new Promise((resolve) => {
      globalThis.requestAnimationFrame(() => globalThis.requestAnimationFrame(resolve))
      globalThis.setTimeout(resolve, 300)
    }).then(task)
  },
}

/** Resolves after `ms` milliseconds or when the signal aborts; the caller checks the signal. */
export const sleep = (platform: Platform, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    platform.after(ms, resolve)
    signal.addEventListener('abort', () => resolve())
  })

/** A signal that aborts when the time is up, or together with its parent. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly abort: () => void
  /** The time does not matter any more. */
  readonly keep: () => void
  /** Nothing aborts the signal any more: a request that has completed is never aborted. */
  readonly stop: () => void
}

export function deadline(platform: Platform, ms: number, parent: AbortSignal): Deadline {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const cancel = platform.after(ms, abort)
  parent.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    abort,
    keep: cancel,
    stop() {
      cancel()
      parent.removeEventListener('abort', abort)
    },
  }
}
