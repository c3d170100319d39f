import type { CartView } from '../../../demo/simulator/simulator.ts'
import type { Exchange } from '../recording-proxy.ts'

const starts = /\/(?:InsertCart|checkout\/payment)$/i
const questions = /\/(?:CheckCart|checkout\/status\/|transaction\/details\/)/i
const captures = /\/(?:ConfirmCart|transaction\/capture)$/i

/** When a payment was asked about, by `performance.now`. */
export interface Question {
  readonly id: string
  readonly at: number
}

/** The calls of all replicas to the provider, in the order in which they arrive there. */
export class CallMonitor {
  readonly #openCartsTo: (phone: string) => readonly CartView[]
  /** How often each reference was sent. */
  readonly #starts = new Map<string, number>()
  /** Payments that were captured, or were to be, and about which nobody has asked since. */
  readonly #captured = new Set<string>()
  readonly #waits = new Map<string, (by: string) => void>()
  /** Who asked last about each payment. */
  readonly askedBy = new Map<string, string>()
  #recorded: Question[] | null = null
  doubledRequests = 0
  secondCaptures = 0
  questions = 0
  readonly violations: string[] = []

  constructor(openCartsTo: (phone: string) => readonly CartView[]) {
    this.#openCartsTo = openCartsTo
  }

  /** @param by - the life of a replica that sent it */
  onCall(by: string, { path, body }: Exchange): void {
    if (starts.test(path)) this.#onStart(body)
    const id = paymentIn(path, body)
    if (id === null) return
    if (questions.test(path)) this.#onQuestion(id, by)
    else if (captures.test(path)) this.#onCapture(id)
  }

  /** The questions from now on, as they come. */
  record(): readonly Question[] {
    this.#recorded = []
    return this.#recorded
  }

  stopRecording(): void {
    this.#recorded = null
  }

  /** Resolves when a replica that is not this one asks about the payment. */
  askedByAnother(id: string, former: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waits.set(id, (by) => {
        if (by === former) return
        this.#waits.delete(id)
        resolve()
      })
    })
  }

  #onStart(body: string): void {
    const { Reference = '', ...fields } = JSON.parse(body) as Record<string, string | undefined>
    const phone = fields['CustomerId'] ?? fields['CustomerIdentifier'] ?? ''
    const count = (this.#starts.get(Reference) ?? 0) + 1
    this.#starts.set(Reference, count)
    const open = this.#openCartsTo(phone)
    if (count === 1 && open.length === 0) return
    this.doubledRequests++
    const others = open.map((cart) => `${cart.Reference} ${cart.state}`).join(', ')
    this.violations.push(`${Reference} was sent ${count} times, beside [${others}]`)
  }

  #onQuestion(id: string, by: string): void {
    this.questions++
    this.#recorded?.push({ id, at: performance.now() })
    this.#captured.delete(id)
    this.askedBy.set(id, by)
    this.#waits.get(id)?.(by)
  }

  #onCapture(id: string): void {
    if (this.#captured.has(id)) {
      this.secondCaptures++
      this.violations.push(`${id} was captured again, and nobody had asked about it`)
    }
    this.#captured.add(id)
  }
}

/** V1 names the payment in the body, and V2 in the body or at the end of the path. */
function paymentIn(path: string, body: string): string | null {
  if (body === '') return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))
  const { TransactionId, transactionId } = JSON.parse(body) as Record<string, unknown>
  const id = TransactionId ?? transactionId
  return typeof id === 'string' ? id : null
}
