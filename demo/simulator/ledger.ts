import { randomInt, randomUUID } from 'node:crypto'

import { Cart, type Mover } from './cart.ts'
import type { Clock } from '../simulator-kit/clock.ts'
import { noCalls, type CallCounts } from './counts.ts'
import type { Entry } from './entry.ts'
import type { Faults } from './faults.ts'
import type { Notifier } from './notifier.ts'
import type { Order } from './order.ts'
import type { Persona } from './personas.ts'
import { Refunds } from './refunds.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'

export interface LedgerOptions {
  readonly clock: Clock
  readonly schedule: Schedule
  readonly notifier: Notifier
  readonly faults: Faults
  readonly approvalMs: number
  readonly codeMs: number
  readonly paymentIdDiffers: boolean
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
  readonly refunds: Refunds
  calls = noCalls()
  rejectedSignatures = 0
  rejectedKeys = 0

  constructor(options: LedgerOptions) {
    this.#options = options
    this.refunds = new Refunds(options.clock)
  }

  insert(order: Order, persona: Persona): Entry {
    const { clock, approvalMs, codeMs, paymentIdDiffers } = this.#options
    const createdAt = clock.now()
    const bySms = persona.kind === 'ssn'
    const transactionId = randomUUID()
    const cart = new Cart({
      transactionId,
      paymentId: paymentIdDiffers ? randomUUID() : transactionId,
      invoiceNumber: (this.#invoiceNumber += 1),
      ...{ order, persona, createdAt, validTo: createdAt + (bySms ? codeMs : approvalMs) },
      smsCode: bySms ? newSmsCode() : undefined,
    })
    const calls = { ...noCalls(), [order.api === 'v1' ? 'InsertCart' : 'payment']: 1 }
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

  /** Counts a call, and finds the cart that it names. */
  called(call: keyof CallCounts, transactionId: unknown): Entry | undefined {
    this.calls[call] += 1
    const entry = typeof transactionId === 'string' ? this.find(transactionId) : undefined
    if (entry) entry.calls[call] += 1
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

  /** V2's cancel: of anything that is not canceled. */
  cancelAnything(entry: Entry): boolean {
    this.#expireIfDue(entry)
    return this.#moved(entry, entry.cart.cancel('provider', this.#now))
  }

  /** ConfirmCart, and V2's capture, which may be of a part. */
  confirm({ cart }: Entry, amount?: number): boolean {
    const call = cart.order.api === 'v1' ? 'ConfirmCart' : 'v2.capture'
    const isOther = (kind: string) => kind === 'other_amount' && cart.state === 'reserved'
    const other = this.#options.faults.take(call, isOther, cart.transactionId)
    return cart.confirm(this.#now, other?.amount ?? amount)
  }

  /** The one that was made before this one. */
  before(entry: Entry): Entry | undefined {
    const all = [...this.#entries.values()]
    return all[all.indexOf(entry) - 1]
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
    this.rejectedKeys = 0
    this.refunds.clear()
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
    this.#options.notifier.tell(entry)
    return true
  }
}
