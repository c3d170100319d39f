/**
 * Limits the polls of each provider that are out. The adapters have more connections than there are slots: however slow a provider
 * is, a payment request, a capture or a cancellation need not wait behind polls, nor another provider's payments at all.
 */
export class PollSlots {
  readonly #max: number
  /** How many are taken, by provider. */
  readonly #taken = new Map<string, number>()
  #onFree: (provider: string) => void = () => {}

  constructor(max: number) {
    this.#max = max
  }

  isFull(provider: string): boolean {
    return this.#takenBy(provider) >= this.#max
  }

  /** Callbacks from the provider poll at once, so that more may be taken than there are. */
  take(provider: string): void {
    this.#taken.set(provider, this.#takenBy(provider) + 1)
  }

  release(provider: string): void {
    this.#taken.set(provider, this.#takenBy(provider) - 1)
    this.#onFree(provider)
  }

  /** @param callback - called after each release */
  onFree(callback: (provider: string) => void): void {
    this.#onFree = callback
  }

  #takenBy(provider: string): number {
    return this.#taken.get(provider) ?? 0
  }
}
