import { randomBytes } from 'node:crypto'

import type { Clock } from '../simulator-kit/clock.ts'
import type { ApiCall } from './faults.ts'
import type { NotificationRecord, Notifications } from './notifications.ts'
import type { Order } from './order.ts'
import {
  Purchase,
  type Actor,
  type CardResult,
  type FormInput,
  type PaymentDetails,
} from './purchase.ts'
import type { Site } from './sites.ts'
import { State } from './states.ts'

export type CallCounts = Record<ApiCall, number>

const noCalls = (): CallCounts => ({
  ...{ InitializePayment: 0, GetPaymentStatus: 0, UpdateItems: 0, CancelPayment: 0 },
})

/** A purchase with its calls and notifications. */
export interface PurchaseRecord {
  readonly purchase: Purchase
  readonly calls: CallCounts
  readonly notifications: NotificationRecord[]
  /** Settles after the first attempt to notify. */
  pendingNotification: Promise<void>
}

/** Options of the browser script that the form reports when it is drawn. */
export interface OpenOptions {
  /** `purchaseCompletedCallbackUrl`. */
  readonly notifyUrl?: string | null | undefined
  readonly callbackUrl?: string | null | undefined
}

export interface PurchasesOptions {
  readonly clock: Clock
  readonly notifications: Notifications
  readonly sessionMs: number
}

const newId = () => randomBytes(16).toString('hex')

/** All purchases. Every transition goes through here, so that the notification is sent. */
export class Purchases {
  readonly #options: PurchasesOptions
  readonly #records = new Map<string, PurchaseRecord>()
  /** The customer tokens that were issued, with their sites. */
  readonly #customers = new Map<string, string>()
  calls = noCalls()
  rejectedCredentials = 0

  constructor(options: PurchasesOptions) {
    this.#options = options
  }

  /** [avarda] initialize-payment: each call makes a new purchase, even for the same OrderReference. */
  initialize(site: Site, order: Order, received: object): PurchaseRecord {
    const createdAt = this.#now
    const expiresAt = createdAt + this.#options.sessionMs
    const purchase = new Purchase({ id: newId(), site, order, received, createdAt, expiresAt })
    const calls = { ...noCalls(), InitializePayment: 1 }
    const record: PurchaseRecord = {
      purchase,
      calls,
      notifications: [],
      pendingNotification: Promise.resolve(),
    }
    this.#records.set(purchase.id, record)
    return record
  }

  find(id: string): PurchaseRecord | undefined {
    const record = this.#records.get(id)
    record?.purchase.expireIfDue(this.#now)
    return record
  }

  all(): readonly PurchaseRecord[] {
    const now = this.#now
    for (const { purchase } of this.#records.values()) purchase.expireIfDue(now)
    return [...this.#records.values()]
  }

  hasCustomerToken(token: string, site: Site): boolean {
    return this.#customers.get(token) === site.code
  }

  /**
   * The form was drawn, for the first time or again. Only this continues a purchase after the card page:
   * [avarda] get-payment-status: with a host page that cannot "render itself repeatedly" purchases get stuck in 6.
   */
  open(record: PurchaseRecord, { notifyUrl, callbackUrl }: OpenOptions = {}): boolean {
    const { purchase } = record
    if (notifyUrl !== undefined) purchase.notifyUrl = notifyUrl
    if (callbackUrl !== undefined) purchase.callbackUrl = callbackUrl
    if (purchase.state === State.New) return this.#transition(record, State.BeingProcessed, 'payer')
    if (purchase.state !== State.WaitingForCardPayments)
      return purchase.state === State.BeingProcessed
    const paid = purchase.cardResult === 'paid'
    return this.#transition(record, paid ? State.Completed : State.BeingProcessed, 'payer')
  }

  /** The payer's approval, from any waiting state. */
  approve(record: PurchaseRecord, formInput: FormInput = {}): boolean {
    return this.#transitionAsPayer(record, State.Completed, formInput)
  }

  /** The credit check fails: 11 can only be reached through 10. */
  decline(record: PurchaseRecord): boolean {
    const { purchase } = record
    if (purchase.state !== State.WaitingCreditApproval)
      if (!this.#transitionAsPayer(record, State.WaitingCreditApproval)) return false
    return this.#transition(record, State.CreditNotApproved, 'avarda')
  }

  /** By the payer; the state is the same as after an error. */
  cancel(record: PurchaseRecord): boolean {
    return this.#transitionAsPayer(record, State.Error)
  }

  timeOut(record: PurchaseRecord): boolean {
    return this.#transition(record, State.SessionTimedOut, 'timeout')
  }

  /** The payer chose a payment method outside Avarda. */
  handOver(record: PurchaseRecord): boolean {
    return this.#transitionAsPayer(record, State.PaymentHandledByMerchant)
  }

  goToCard(record: PurchaseRecord, formInput: FormInput = {}): boolean {
    const isAway = this.#transitionAsPayer(record, State.WaitingForCardPayments, formInput)
    if (isAway) record.purchase.cardResult = null
    return isAway
  }

  setCardResult({ purchase }: PurchaseRecord, answer: CardResult): boolean {
    if (purchase.state !== State.WaitingForCardPayments)
      return purchase.state === State.BeingProcessed
    purchase.cardResult = answer
    return true
  }

  /** [avarda] cancel-payment. */
  cancelPayment(record: PurchaseRecord): boolean {
    return this.#transition(record, State.Cancelled, 'site')
  }

  advance(record: PurchaseRecord, to: State, force = false): boolean {
    return this.#transition(record, to, 'test', force)
  }

  clear(): void {
    this.#records.clear()
    this.#customers.clear()
    this.calls = noCalls()
    this.rejectedCredentials = 0
  }

  /** A payer can act only after the form was drawn. */
  #transitionAsPayer(record: PurchaseRecord, to: State, formInput: FormInput = {}): boolean {
    const { purchase } = record
    if (purchase.state === State.New) this.#transition(record, State.BeingProcessed, 'payer')
    const isDone = this.#transition(record, to, 'payer')
    if (isDone) purchase.formInput = { ...purchase.formInput, ...formInput }
    return isDone
  }

  #transition(record: PurchaseRecord, to: State, by: Actor, force = false): boolean {
    const { purchase } = record
    purchase.expireIfDue(this.#now)
    if (!force && !purchase.canTransitionTo(to)) return false
    if (to === State.Completed) purchase.paymentDetails = this.#paymentDetailsOf(purchase)
    purchase.forceTransition(to, by, this.#now)
    if (to === State.Completed) this.#notify(record)
    return true
  }

  #paymentDetailsOf({ method, site, order }: Purchase): PaymentDetails {
    const customerToken = newId()
    this.#customers.set(customerToken, site.code)
    const recurs = order.OfferRecPmt && order.PreSelectRecPmt
    return { method, customerToken, recurringToken: recurs ? newId() : null }
  }

  /** [avarda] server-side-callback: only after success, to the address that the browser gave. */
  #notify(record: PurchaseRecord) {
    const { id: purchaseId, notifyUrl: url } = record.purchase
    if (url === null) return
    const log = (sent: NotificationRecord) => void record.notifications.push(sent)
    record.pendingNotification = this.#options.notifications.send({ url, purchaseId, log })
  }

  get #now() {
    return this.#options.clock.now()
  }
}
