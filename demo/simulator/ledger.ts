import { randomInt, randomUUID } from 'node:crypto'

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
  readonly codeMs: number
}

const answeredToShow = 8

/** [netgiro] api-pos: the SMS has a code of four characters; whether they are digits is not said. */
const newSmsCode = () => String(randomInt(10_000)).padStart(4, '0')

/** All carts; every move goes through here, so that the callbacks and the phone follow. */
export class Ledger {
  readonly #options: LedgerOptions
  readonly #entries = new Map<string, Entry>()
  readonly #open = new Set<Entry>()
  readonly #usedAppCodes = new Set<string>()
  #answered: readonly Entry[] = []
  #invoiceNumber = 1000
  calls = noCalls()
  rejectedSignatures = 0

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  insert(order: Order, persona: Persona): Entry {
    const { clock, approvalMs, codeMs } = this.#options
    const createdAt = clock.now()
    const bySms = persona.kind === 'ssn'
    const cart = new Cart({
      transactionId: randomUUID(),
      invoiceNumber: (this.#invoiceNumber += 1),
      ...{ order, persona, createdAt, validTo: createdAt + (bySms ? codeMs : approvalMs) },
      smsCode: bySms ? newSmsCode() : undefined,
    })
    const calls = { ...noCalls(), InsertCart: 1 }
    const entry: Entry = { cart, calls, callbacks: [], telling: Promise.resolve() }
    this.#entries.set(cart.transactionId, entry)
    this.#open.add(entry)
    this.#askCustomer(entry)
    return entry
  }

  /** Whether a cart was already made with this code from the app. */
  readonly isUsed = (appCode: string): boolean => this.#usedAppCodes.has(appCode.toLowerCase())

  find(transactionId: string): Entry | undefined {
    const entry = this.#entries.get(transactionId.toLowerCase())
    if (entry) this.#expireIfDue(entry)
    return entry
  }

  approve(entry: Entry): boolean {
    this.#expireIfDue(entry)
    return this.#moved(entry, entry.cart.approve(this.#now))
  }

  /** ConfirmCart with the code from the SMS. */
  enterCode(entry: Entry, code: string): boolean {
    return this.#moved(entry, entry.cart.enterCode(code, this.#now))
  }

  reject(entry: Entry): boolean {
    return this.#cancel(entry, 'customer')
  }

  /** CancelCart. */
  cancel(entry: Entry): boolean {
    return this.#cancel(entry, 'provider')
  }

  expire(entry: Entry): boolean {
    return this.#moved(entry, entry.cart.cancelOpen('expiry', this.#now))
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
    return { waiting: [...this.#open].slice(-50).reverse(), answered: this.#answered }
  }

  clear(): void {
    this.#entries.clear()
    this.#open.clear()
    this.#usedAppCodes.clear()
    this.#answered = []
    this.calls = noCalls()
    this.rejectedSignatures = 0
  }

  #askCustomer(entry: Entry) {
    const { schedule, approvalMs } = this.#options
    const { kind, id, answersAfter } = entry.cart.persona
    if (kind === 'app_code') {
      this.#usedAppCodes.add(id.toLowerCase())
      // [netgiro] flow picture of AppCode: the payment or the reservation is there "at once", nobody is asked.
      this.approve(entry)
      return
    }
    // The documents give the code a life, but not the cart that waits for it.
    if (kind === 'gsm') schedule.after(approvalMs, () => this.expire(entry))
    if (answersAfter) schedule.after(answersAfter.ms, () => this[answersAfter.with](entry))
  }

  get #now() {
    return this.#options.clock.now()
  }

  #expireIfDue(entry: Entry) {
    if (entry.cart.state === 'waiting' && this.#now >= entry.cart.validTo) this.expire(entry)
  }

  #cancel(entry: Entry, by: Mover): boolean {
    this.#expireIfDue(entry)
    return this.#moved(entry, entry.cart.cancelOpen(by, this.#now))
  }

  #moved(entry: Entry, moved: boolean): boolean {
    if (!moved) return false
    if (this.#open.delete(entry))
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
