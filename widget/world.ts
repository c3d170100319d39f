/** What the widget takes from outside: the network, time and chance. Tests hand in their own. */
export interface World {
  readonly fetch: typeof fetch
  now(): number
  /** Runs `task` once after `ms`; the answer takes it back. */
  after(ms: number, task: () => void): () => void
  random(): number
  /** True while nobody can see the page. */
  hidden(): boolean
}

export const browser: World = {
  // Called as the methods that they are: a page's own wrappers may need their `this`.
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  after(ms, task) {
    const timer = globalThis.setTimeout(task, ms)
    return () => globalThis.clearTimeout(timer)
  },
  random: () => Math.random(),
  hidden: () => document.hidden,
}

/** Resolves when the time is over or the signal ends it; whoever waits looks at the signal. */
export const sleep = (world: World, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    world.after(ms, resolve)
    signal.addEventListener('abort', () => resolve())
  })

/** A request of its own that ends with `outer`, or by `end`. One that is done is let go of, and not aborted. */
export interface Linked {
  readonly signal: AbortSignal
  readonly end: () => void
  readonly release: () => void
}

export function link(outer: AbortSignal): Linked {
  const inner = new AbortController()
  const end = (): void => inner.abort()
  outer.addEventListener('abort', end)
  return {
    signal: inner.signal,
    end,
    release: () => outer.removeEventListener('abort', end),
  }
}
