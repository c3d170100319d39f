import type { Answer } from './forward.ts'

interface Counts {
  readonly requests: number
  readonly streams: number
}

interface Line {
  /** The time of day. */
  readonly at: string
  readonly what: string
  /** The replica that answered. */
  readonly name: string
}

const linesKept = 20
const none: Counts = { requests: 0, streams: 0 }

/** Which replica answered what. */
export class Traffic {
  readonly #counts = new Map<string, Counts>()
  /** The newest first. */
  recent: readonly Line[] = []

  of(name: string): Counts {
    return this.#counts.get(name) ?? none
  }

  /** @returns the request, fit to be shown */
  note(method: string, path: string, { target: { name }, isStream, onEnd }: Answer): string {
    this.#add(name, { requests: 1, streams: isStream ? 1 : 0 })
    if (isStream) onEnd(() => this.#add(name, { requests: 0, streams: -1 }))
    const what = `${method} ${withoutSecrets(path)}${isStream ? ' (event stream)' : ''}`
    const at = new Date().toLocaleTimeString('is-IS')
    this.recent = [{ at, what, name }, ...this.recent].slice(0, linesKept)
    return what
  }

  #add(name: string, { requests, streams }: Counts): void {
    const before = this.of(name)
    this.#counts.set(name, {
      requests: before.requests + requests,
      streams: before.streams + streams,
    })
  }
}

/** Whoever knows the token in the address of a callback may send one. */
const withoutSecrets = (path: string): string =>
  path.replace(/\?.*/, '').replace(/^(\/v1\/callbacks\/\w+)\/[^/]+/, '$1/…')
