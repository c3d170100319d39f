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
  fetch: (input, init) => fetch(input, init),
  now: Date.now,
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
  hidden: () => document.hidden,
}

/** Resolves when the time is over or the signal ends it; whoever waits looks at the signal. */
export const sleep = (world: World, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    world.after(ms, resolve)
    signal.addEventListener('abort', () => resolve())
  })

/** Ends with `outer`, or by itself; ending it also lets go of `outer`. */
export function link(outer: AbortSignal): AbortController {
  const inner = new AbortController()
  const end = (): void => inner.abort()
  outer.addEventListener('abort', end, { signal: inner.signal })
  return inner
}
