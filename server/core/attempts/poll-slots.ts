/**
 * Limits the polls that are out. The adapters have more connections than there are slots: however slow the provider is, a
 * payment request, a capture or a cancellation need not wait behind polls.
 */
export class PollSlots {
  readonly #max: number
  #taken = 0
  #onFree = () => {}

  constructor(max: number) {
    this.#max = max
  }

  get isFull(): boolean {
    return this.#taken >= this.#max
  }

  /** Callbacks from the provider poll at once, so that more may be taken than there are. */
  take(): void {
    this.#taken++
  }

  release(): void {
    this.#taken--
    this.#onFree()
  }

  /** @param callback - called after each release */
  onFree(callback: () => void): void {
    this.#onFree = callback
  }
}
