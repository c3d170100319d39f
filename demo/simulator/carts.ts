import { randomInt, randomUUID } from 'node:crypto'

import type { Clock } from '../simulator-kit/clock.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import type { CartRecord } from './cart-record.ts'
import { Cart, type Actor } from './cart.ts'
import { noCalls, type CallCounts } from './counts.ts'
import type { Faults } from './faults.ts'
import type { Notifier } from './notifier.ts'
import type { Order } from './order.ts'
import type { Persona } from './personas.ts'
import { Refunds } from './refunds.ts'

export interface CartsOptions {
  readonly clock: Clock
  readonly schedule: Schedule
  readonly notifier: Notifier
  readonly faults: Faults
  readonly approvalTimeoutMs: number
  readonly codeLifetimeMs: number
  readonly paymentIdDiffers: boolean
}

const maxAnswered = 8

/** [netgiro] api-pos: the SMS has a code of four characters; the documents do not say whether they are digits. */
const newSmsCode = () => String(randomInt(10_000)).padStart(4, '0')

/** All carts. Every transition goes through here, so that callbacks are sent and the phone is up to date. */
export class Carts {
  readonly #options: CartsOptions
  readonly #records = new Map<string, CartRecord>()
  readonly #open = new Set<CartRecord>()
  readonly #usedAppCodes = new Set<string>()
  #answered: readonly CartRecord[] = []
  #invoiceNumber = 1000
  readonly refunds: Refunds
  calls = noCalls()
  rejectedSignatures = 0
  rejectedKeys = 0

  constructor(options: CartsOptions) {
    this.#options = options
    this.refunds = new Refunds(options.clock)
  }

  insert(order: Order, persona: Persona): CartRecord {
    const { clock, approvalTimeoutMs, codeLifetimeMs, paymentIdDiffers } = this.#options
    const createdAt = clock.now()
    const bySms = persona.kind === 'ssn'
    const transactionId = randomUUID()
    const cart = new Cart({
      transactionId,
      paymentId: paymentIdDiffers ? randomUUID() : transactionId,
      invoiceNumber: (this.#invoiceNumber += 1),
      ...{
        order,
        persona,
        createdAt,
        validTo: createdAt + (bySms ? codeLifetimeMs : approvalTimeoutMs),
      },
      smsCode: bySms ? newSmsCode() : undefined,
    })
    const calls = { ...noCalls(), [order.api === 'v1' ? 'InsertCart' : 'payment']: 1 }
    const record: CartRecord = { cart, calls, callbacks: [], callbackAttempt: Promise.resolve() }
    this.#records.set(cart.transactionId, record)
    this.#open.add(record)
    this.#requestApproval(record)
    return record
  }

  /** Whether an earlier cart was made with this code from the app. */
  readonly isAppCodeUsed = (appCode: string): boolean =>
    this.#usedAppCodes.has(appCode.toLowerCase())

  find(transactionId: string): CartRecord | undefined {
    const record = this.#records.get(transactionId.toLowerCase())
    if (record) this.#expireIfDue(record)
    return record
  }

  /** Counts a call and returns the cart that it names. */
  countCall(call: keyof CallCounts, transactionId: unknown): CartRecord | undefined {
    this.calls[call] += 1
    const record = typeof transactionId === 'string' ? this.find(transactionId) : undefined
    if (record) record.calls[call] += 1
    return record
  }

  approve(record: CartRecord): boolean {
    this.#expireIfDue(record)
    return this.#afterTransition(record, record.cart.approve(this.#now))
  }

  /** ConfirmCart with the code from the SMS. */
  submitCode(record: CartRecord, code: string): boolean {
    return this.#afterTransition(record, record.cart.submitCode(code, this.#now))
  }

  reject(record: CartRecord): boolean {
    return this.#cancel(record, 'customer')
  }

  /** CancelCart. */
  cancel(record: CartRecord): boolean {
    return this.#cancel(record, 'provider')
  }

  expire(record: CartRecord): boolean {
    return this.#afterTransition(record, record.cart.cancelIfOpen('expiry', this.#now))
  }

  /** V2's cancel: in every state but `canceled`. */
  cancelAtAnyStage(record: CartRecord): boolean {
    this.#expireIfDue(record)
    return this.#afterTransition(record, record.cart.cancel('provider', this.#now))
  }

  /** ConfirmCart, and V2's capture, which may be partial. */
  capture({ cart }: CartRecord, amount?: number): boolean {
    const call = cart.order.api === 'v1' ? 'ConfirmCart' : 'v2.capture'
    const isOther = (kind: string) => kind === 'other_amount' && cart.state === 'reserved'
    const other = this.#options.faults.take(call, isOther, cart.transactionId)
    return cart.capture(this.#now, other?.amount ?? amount)
  }

  /** The cart that was created before this one. */
  previous(record: CartRecord): CartRecord | undefined {
    const all = [...this.#records.values()]
    return all[all.indexOf(record) - 1]
  }

  all(): Iterable<CartRecord> {
    return this.#records.values()
  }

  /** The requests on the phone, and the latest answered ones. */
  phone(): { readonly waiting: readonly CartRecord[]; readonly answered: readonly CartRecord[] } {
    return { waiting: [...this.#open].slice(-50).reverse(), answered: this.#answered }
  }

  clear(): void {
    this.#records.clear()
    this.#open.clear()
    this.#usedAppCodes.clear()
    this.#answered = []
    this.calls = noCalls()
    this.rejectedSignatures = 0
    this.rejectedKeys = 0
    this.refunds.clear()
  }

  #requestApproval(record: CartRecord) {
    const { schedule, approvalTimeoutMs } = this.#options
    const { kind, id, answersAfter } = record.cart.persona
    if (kind === 'app_code') {
      this.#usedAppCodes.add(id.toLowerCase())
      // [netgiro] flow picture of AppCode: the payment or the reservation is there "at once", without an approval.
      this.approve(record)
      return
    }
    // The documents let the code expire, but not the cart that waits for it.
    if (kind === 'gsm') schedule.after(approvalTimeoutMs, () => this.expire(record))
    if (answersAfter) schedule.after(answersAfter.ms, () => this[answersAfter.with](record))
  }

  get #now() {
    return this.#options.clock.now()
  }

  #expireIfDue(record: CartRecord) {
    if (record.cart.state === 'waiting' && this.#now >= record.cart.validTo) this.expire(record)
  }

  #cancel(record: CartRecord, by: Actor): boolean {
    this.#expireIfDue(record)
    return this.#afterTransition(record, record.cart.cancelIfOpen(by, this.#now))
  }

  #afterTransition(record: CartRecord, isDone: boolean): boolean {
    if (!isDone) return false
    if (this.#open.delete(record))
      this.#answered = [record, ...this.#answered].slice(0, maxAnswered)
    this.#options.notifier.notify(record)
    return true
  }
}
