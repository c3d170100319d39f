import type { CaptureMethod, ProviderResult } from '../../server/core/checkout.ts'
import type { ProviderCallback, Provider } from '../../server/core/provider.ts'

type State = 'nothing' | 'waiting' | 'reserved' | 'paid' | 'canceled'

/** Resolves when the caller may continue. */
export type WaitForTurn = (what: string) => Promise<void>

let carts = 0

/**
 * A provider in memory that keeps to the documented table and holds one cart. Every call waits twice: before it
 * arrives and has its effect, and before its answer is delivered.
 */
export class StandIn implements Provider {
  readonly name = 'netgiro'
  readonly api = 'stand-in'
  readonly account = 'only'
  readonly apiUrl = 'https://api.example'
  readonly approval: CaptureMethod
  readonly startNotifiesPayer = true
  readonly canCancel = true
  readonly cancelUndoesPayments = false
  readonly payers = { web: ['phone'], pos: [] } as const
  readonly approvalTimeoutMs = {}
  readonly refund = null
  /** Its only cart, whose id is unique among stand-ins. */
  readonly #providerRef = `cart ${++carts}`
  readonly #waitForTurn: WaitForTurn
  /** Resolves when the shopper has something to answer. */
  readonly asked: Promise<void>
  #resolveAsked = () => {}
  state: State = 'nothing'
  captures = 0
  calls = { start: 0, capture: 0 }

  constructor(approval: CaptureMethod, waitForTurn: WaitForTurn) {
    this.approval = approval
    this.#waitForTurn = waitForTurn
    this.asked = new Promise((resolve) => (this.#resolveAsked = resolve))
  }

  captureMethodFor(): CaptureMethod {
    return this.approval
  }

  validateOrder(): readonly string[] {
    return []
  }

  start(): Promise<ProviderResult> {
    return this.#call('InsertCart', (evidence) => {
      this.calls.start++
      this.state = 'waiting'
      this.#resolveAsked()
      return { type: 'requested', providerRef: this.#providerRef, pollIntervalMs: 2_000, evidence }
    })
  }

  check(): Promise<ProviderResult> {
    return this.#call('CheckCart', (evidence) => {
      const payment = { amount: null, reference: null }
      switch (this.state) {
        case 'waiting':
          return { type: 'pending', next: 'awaiting_shopper', evidence }
        case 'reserved': {
          const awaits = this.approval === 'manual' ? 'capture' : 'callback_answer'
          return { type: 'authorized', awaits, payment, evidence }
        }
        case 'paid':
          return { type: 'paid', payment, proof: 'proven', evidence }
        default:
          return { type: 'ended', by: 'cancel', isFinal: false, evidence }
      }
    })
  }

  capture(): Promise<ProviderResult> {
    return this.#call('ConfirmCart', (evidence) => {
      this.calls.capture++
      if (this.state === 'reserved') this.#capture()
      return this.state === 'paid'
        ? { type: 'paid', payment: { amount: null, reference: null }, proof: 'proven', evidence }
        : { type: 'ended', by: 'cancel', isFinal: true, evidence }
    })
  }

  submitCode(): Promise<ProviderResult> {
    return this.capture()
  }

  cancel(): Promise<ProviderResult> {
    return this.#call('CancelCart', (evidence) => {
      if (this.state === 'waiting') this.state = 'canceled'
      return this.state === 'canceled'
        ? { type: 'ended', by: 'cancel', isFinal: true, evidence }
        : { type: 'too_late_to_cancel', evidence }
    })
  }

  parseCallback(callback: ProviderCallback) {
    const names = {
      providerRef: this.#providerRef,
      paymentRef: null,
      reference: null,
      saysApproved: true,
    }
    return callback.body.length === 0 ? { ...names, signed: true } : null
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** The shopper approves; false when it comes too late. */
  approve(): boolean {
    if (this.state !== 'waiting') return false
    if (this.approval === 'automatic') this.#capture()
    else this.state = 'reserved'
    return true
  }

  /** Completes or cancels a sale that waits for the answer to its callback. */
  completeSale(isAccepted: boolean): void {
    if (this.approval !== 'callback' || this.state !== 'reserved') return
    if (isAccepted) this.#capture()
    else this.state = 'canceled'
  }

  #capture(): void {
    this.state = 'paid'
    this.captures++
  }

  async #call(
    call: string,
    effect: (evidence: ProviderResult['evidence']) => ProviderResult,
  ): Promise<ProviderResult> {
    await this.#waitForTurn(`${call} arrives`)
    const result = effect({ call, code: this.state, referenceId: null })
    await this.#waitForTurn(`${call} is answered`)
    return result
  }
}
