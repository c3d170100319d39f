import { randomBytes } from 'node:crypto'

import type { Clock } from '../simulator-kit/clock.ts'
import type { Call } from './faults.ts'
import type { NotificationRecord, Notifications } from './notifications.ts'
import type { Order } from './order.ts'
import { Purchase, type CardAnswer, type Entries, type Means, type Mover } from './purchase.ts'
import type { Site } from './sites.ts'
import { State } from './states.ts'

export type CallCounts = Record<Call, number>

const noCalls = (): CallCounts => ({
  ...{ InitializePayment: 0, GetPaymentStatus: 0, UpdateItems: 0, CancelPayment: 0 },
})

/** A purchase and what happened around it. */
export interface Entry {
  readonly purchase: Purchase
  readonly calls: CallCounts
  readonly notifications: NotificationRecord[]
  /** Settles when the notification, if any, was tried once. */
  telling: Promise<void>
}

/** What the browser script hands over when it draws the form. */
export interface Opening {
  /** `purchaseCompletedCallbackUrl`. */
  readonly notifyUrl?: string | null | undefined
  readonly callbackUrl?: string | null | undefined
}

export interface LedgerOptions {
  readonly clock: Clock
  readonly notifications: Notifications
  readonly sessionMs: number
}

const newId = () => randomBytes(16).toString('hex')

/** All purchases; every move goes through here, so that the notification follows. */
export class Ledger {
  readonly #options: LedgerOptions
  readonly #entries = new Map<string, Entry>()
  /** Tokens that were given to customers, each with the site that it holds for. */
  readonly #customers = new Map<string, string>()
  calls = noCalls()
  rejectedCredentials = 0

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  /** [avarda] initialize-payment: each call makes a new purchase, the same OrderReference or not. */
  initialize(site: Site, order: Order, received: object): Entry {
    const createdAt = this.#now
    const expiresAt = createdAt + this.#options.sessionMs
    const purchase = new Purchase({ id: newId(), site, order, received, createdAt, expiresAt })
    const calls = { ...noCalls(), InitializePayment: 1 }
    const entry: Entry = { purchase, calls, notifications: [], telling: Promise.resolve() }
    this.#entries.set(purchase.id, entry)
    return entry
  }

  find(id: string): Entry | undefined {
    const entry = this.#entries.get(id)
    entry?.purchase.runOut(this.#now)
    return entry
  }

  all(): readonly Entry[] {
    const now = this.#now
    for (const { purchase } of this.#entries.values()) purchase.runOut(now)
    return [...this.#entries.values()]
  }

  knowsCustomer(token: string, site: Site): boolean {
    return this.#customers.get(token) === site.code
  }

  /**
   * The form is on a page, again or for the first time. After the card page it carries on by itself, and only then:
   * [avarda] get-payment-status: with a host page that cannot "render itself repeatedly" purchases get stuck in 6.
   */
  open(entry: Entry, { notifyUrl, callbackUrl }: Opening = {}): boolean {
    const { purchase } = entry
    if (notifyUrl !== undefined) purchase.notifyUrl = notifyUrl
    if (callbackUrl !== undefined) purchase.callbackUrl = callbackUrl
    if (purchase.state === State.New) return this.#move(entry, State.BeingProcessed, 'payer')
    if (purchase.state !== State.WaitingForCardPayments)
      return purchase.state === State.BeingProcessed
    const paid = purchase.cardAnswer === 'paid'
    return this.#move(entry, paid ? State.Completed : State.BeingProcessed, 'payer')
  }

  /** The payer's yes, whatever was waited for. */
  approve(entry: Entry, entries: Entries = {}): boolean {
    return this.#asPayer(entry, State.Completed, entries)
  }

  /** The credit check says no: there is no way to 11 but through 10. */
  decline(entry: Entry): boolean {
    const { purchase } = entry
    if (purchase.state !== State.WaitingCreditApproval)
      if (!this.#asPayer(entry, State.WaitingCreditApproval)) return false
    return this.#move(entry, State.CreditNotApproved, 'avarda')
  }

  /** By the payer; it cannot be told from an error. */
  cancel(entry: Entry): boolean {
    return this.#asPayer(entry, State.Error)
  }

  timeOut(entry: Entry): boolean {
    return this.#move(entry, State.SessionTimedOut, 'timeout')
  }

  /** An external payment method was chosen. */
  handOver(entry: Entry): boolean {
    return this.#asPayer(entry, State.PaymentHandledByMerchant)
  }

  goToCard(entry: Entry, entries: Entries = {}): boolean {
    const gone = this.#asPayer(entry, State.WaitingForCardPayments, entries)
    if (gone) entry.purchase.cardAnswer = null
    return gone
  }

  answerCard({ purchase }: Entry, answer: CardAnswer): boolean {
    if (purchase.state !== State.WaitingForCardPayments)
      return purchase.state === State.BeingProcessed
    purchase.cardAnswer = answer
    return true
  }

  /** [avarda] cancel-payment. */
  cancelPayment(entry: Entry): boolean {
    return this.#move(entry, State.Cancelled, 'site')
  }

  advance(entry: Entry, to: State, force = false): boolean {
    return this.#move(entry, to, 'test', force)
  }

  clear(): void {
    this.#entries.clear()
    this.#customers.clear()
    this.calls = noCalls()
    this.rejectedCredentials = 0
  }

  /** Whoever answers has had the form before them. */
  #asPayer(entry: Entry, to: State, entries: Entries = {}): boolean {
    const { purchase } = entry
    if (purchase.state === State.New) this.#move(entry, State.BeingProcessed, 'payer')
    const moved = this.#move(entry, to, 'payer')
    if (moved) purchase.entries = { ...purchase.entries, ...entries }
    return moved
  }

  #move(entry: Entry, to: State, by: Mover, force = false): boolean {
    const { purchase } = entry
    purchase.runOut(this.#now)
    if (!force && !purchase.can(to)) return false
    if (to === State.Completed) purchase.means = this.#meansOf(purchase)
    purchase.force(to, by, this.#now)
    if (to === State.Completed) this.#tell(entry)
    return true
  }

  #meansOf({ method, site, order }: Purchase): Means {
    const customerToken = newId()
    this.#customers.set(customerToken, site.code)
    const recurs = order.OfferRecPmt && order.PreSelectRecPmt
    return { method, customerToken, recurringToken: recurs ? newId() : null }
  }

  /** [avarda] server-side-callback: on success alone, to the address that the browser named. */
  #tell(entry: Entry) {
    const { id: purchaseId, notifyUrl: url } = entry.purchase
    if (url === null) return
    const log = (record: NotificationRecord) => void entry.notifications.push(record)
    entry.telling = this.#options.notifications.send({ url, purchaseId, log })
  }

  get #now() {
    return this.#options.clock.now()
  }
}
