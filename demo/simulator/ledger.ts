import { randomUUID } from 'node:crypto'

import { checked, toJson } from './answers.ts'
import type { CallbackRecord, Callbacks } from './callbacks.ts'
import { Cart, type Mover } from './cart.ts'
import type { Clock } from './clock.ts'
import type { Call } from './faults.ts'
import type { Order } from './order.ts'
import type { Persona } from './personas.ts'
import type { Schedule } from './schedule.ts'

export type CallCounts = Record<Call, number>

const noCalls = (): CallCounts => ({ InsertCart: 0, CheckCart: 0, ConfirmCart: 0, CancelCart: 0 })

/** A cart and what happened around it. */
export interface Entry {
  readonly cart: Cart
  readonly calls: CallCounts
  readonly callbacks: CallbackRecord[]
  /** Settles when the callback under way, if any, has been answered. */
  telling: Promise<void>
}

export interface LedgerOptions {
  readonly clock: Clock
  readonly schedule: Schedule
  readonly callbacks: Callbacks
  readonly approvalMs: number
}

const answeredToShow = 8

/** All carts; every move goes through here, so that the callbacks and the phone follow. */
export class Ledger {
  readonly #options: LedgerOptions
  readonly #entries = new Map<string, Entry>()
  readonly #waiting = new Set<Entry>()
  #answered: readonly Entry[] = []
  #invoiceNumber = 1000
  calls = noCalls()
  rejectedSignatures = 0

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  insert(order: Order, persona: Persona): Entry {
    const { clock, schedule, approvalMs } = this.#options
    const createdAt = clock.now()
    const cart = new Cart({
      transactionId: randomUUID(),
      invoiceNumber: (this.#invoiceNumber += 1),
      ...{ order, persona, createdAt, validTo: createdAt + approvalMs },
    })
    const calls = { ...noCalls(), InsertCart: 1 }
    const entry: Entry = { cart, calls, callbacks: [], telling: Promise.resolve() }
    this.#entries.set(cart.transactionId, entry)
    this.#waiting.add(entry)
    schedule.after(approvalMs, () => this.expire(entry))
    const { answersAfter } = persona
    if (answersAfter) schedule.after(answersAfter.ms, () => this[answersAfter.with](entry))
    return entry
  }

  find(transactionId: string): Entry | undefined {
    const entry = this.#entries.get(transactionId.toLowerCase())
    if (entry) this.#expireIfDue(entry)
    return entry
  }

  approve(entry: Entry): boolean {
    this.#expireIfDue(entry)
    return this.#moved(entry, entry.cart.approve(this.#now))
  }

  reject(entry: Entry): boolean {
    return this.#cancel(entry, 'customer')
  }

  /** CancelCart. */
  cancel(entry: Entry): boolean {
    return this.#cancel(entry, 'provider')
  }

  expire(entry: Entry): boolean {
    return this.#moved(entry, entry.cart.cancelWaiting('expiry', this.#now))
  }

  /** ConfirmCart. */
  confirm(entry: Entry): boolean {
    return entry.cart.confirm(this.#now)
  }

  entries(): Iterable<Entry> {
    return this.#entries.values()
  }

  /** The requests on the phone, and those that were answered last. */
  phone(): { readonly waiting: readonly Entry[]; readonly answered: readonly Entry[] } {
    return { waiting: [...this.#waiting].slice(-50).reverse(), answered: this.#answered }
  }

  clear(): void {
    this.#entries.clear()
    this.#waiting.clear()
    this.#answered = []
    this.calls = noCalls()
    this.rejectedSignatures = 0
  }

  get #now() {
    return this.#options.clock.now()
  }

  #expireIfDue(entry: Entry) {
    if (entry.cart.state === 'waiting' && this.#now >= entry.cart.validTo) this.expire(entry)
  }

  #cancel(entry: Entry, by: Mover): boolean {
    this.#expireIfDue(entry)
    return this.#moved(entry, entry.cart.cancelWaiting(by, this.#now))
  }

  #moved(entry: Entry, moved: boolean): boolean {
    if (!moved) return false
    if (this.#waiting.delete(entry))
      this.#answered = [entry, ...this.#answered].slice(0, answeredToShow)
    this.#tell(entry)
    return true
  }

  /** [netgiro] insert-cart: CallbackUrl hears of the customer's yes, CallbackCancelUrl of every cancellation. */
  #tell(entry: Entry) {
    const { cart, callbacks } = entry
    const kind = cart.state === 'canceled' ? 'cancel' : 'payment'
    const url = kind === 'cancel' ? cart.order.callbackCancelUrl : cart.order.callbackUrl
    if (!url) return
    const body = toJson(checked(cart))
    const log = (record: CallbackRecord) => void callbacks.push(record)
    const delivery = this.#options.callbacks.deliver({ kind, url, body, log })
    entry.telling = delivery.then((outcome) => {
      // Unsent is what the real test server does, whose background job does not run: the cart stays at 10429.
      if (kind === 'cancel' || outcome === 'unsent') return
      const acknowledged = outcome === 'acknowledged'
      const moved = cart.answerCallback(acknowledged, this.#now)
      if (moved && !acknowledged) this.#tell(entry)
    })
  }
}
