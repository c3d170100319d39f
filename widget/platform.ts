/** What the widget needs from its environment: network, time and randomness. Tests pass in a fake. */
export interface Platform {
  readonly fetch: typeof fetch
  now(): number
  /** Runs `task` once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, task: () => void): () => void
  random(): number
  /** True while the page is in a hidden tab or window. */
  hidden(): boolean
}

export const browserPlatform: Platform = {
  // Called as methods of `globalThis`: wrappers that a page installs may depend on their `this`.
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  after(ms, task) {
    const timer = globalThis.setTimeout(task, ms)
    return () => globalThis.clearTimeout(timer)
  },
  random: () => Math.random(),
  hidden: () => document.hidden,
}

/** Resolves after `ms` milliseconds or when the signal aborts; the caller checks the signal. */
export const sleep = (platform: Platform, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    platform.after(ms, resolve)
    signal.addEventListener('abort', () => resolve())
  })

/**
 * A signal that aborts with its parent or by `abort`. `unlink` detaches it from the parent, so that a request that has
 * completed is never aborted.
 */
export interface LinkedController {
  readonly signal: AbortSignal
  readonly abort: () => void
  readonly unlink: () => void
}

export function linkedController(parent: AbortSignal): LinkedController {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  parent.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    abort,
    unlink: () => parent.removeEventListener('abort', abort),
  }
}
