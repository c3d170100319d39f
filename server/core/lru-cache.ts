/** Keeps the most recently used entries, up to a limit. */
export class LruCache<Value> {
  readonly #limit: number
  readonly #entries = new Map<string, Value>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    // Keeping the order costs a write for each read. It only matters once the cache is half full.
    if (value === undefined || this.#entries.size <= this.#limit / 2) return value
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#limit) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  keys(): Iterable<string> {
    return this.#entries.keys()
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
