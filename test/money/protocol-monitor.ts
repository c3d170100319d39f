import type { Row } from './on-disk.ts'
import type { ProviderRequest, Payment, ProviderClaim } from './rails/rail.ts'
import type { Exchange } from './recording-proxy.ts'
import type { Simulation } from './simulation.ts'

const minutes = 60_000
const budgets = [
  { most: 5, within: 10 * minutes },
  { most: 20, within: 24 * 60 * minutes },
]
/** POS_CODE_TRIES, as it is by default. */
const codeTries = 3
/** More polls or cancellations than this without a valid answer may be all that there were before the review. */
const maxUnanswered = 4

/** Watches the exchanges with the provider: requests that are sent too early, and responses that are wrong. */
export class ProtocolMonitor {
  readonly #simulation: Simulation
  readonly #starts = new Map<string, number>()
  readonly #pushes = new Map<string, number[]>()
  readonly #codes = new Map<string, number>()
  readonly #refunds = new Map<string, string>()
  /** Payments that were reported to the server with another amount or reference while they were reserved. */
  readonly #misreported = new Set<string>()
  /** Those, and all others that were reported so at any time. */
  readonly everMisreported = new Set<string>()
  /** Payments that the provider reported as canceled though they were not, with their state. */
  readonly falselyCanceled = new Map<string, Payment['state']>()
  /** Payments that the provider reported with proof before they were made. */
  readonly falselyPaid = new Set<string>()
  /** Payments that were made and that it reported as made, with what proves it. */
  readonly truthfullyPaid = new Set<string>()
  /** Payments that it reported as paid without proof, or with a contradiction. */
  readonly doubtful = new Set<string>()
  /** Ids that were given to two requests, or to another one than the payment's own. */
  readonly sharedIds = new Set<string>()
  /** The references of the requests that were started while the shop was to be asked before a capture. */
  readonly asksShop = new Set<string>()
  readonly #names = new Map<string, string>()
  /** The provider left many polls unanswered, or many cancellations. */
  get isUnresponsive(): boolean {
    return Math.max(this.#unanswered.polls, this.#unanswered.cancellations) > maxUnanswered
  }
  readonly #claims = new WeakMap<Exchange, { claim: ProviderClaim; payment: Payment | undefined }>()
  readonly #unanswered = { polls: 0, cancellations: 0 }
  /** How often the provider reported a payment as waiting for a code though it no longer was. */
  readonly #stale = new Map<string, number>()
  readonly violations: string[] = []

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    simulation.onExchange.upstream.push({
      before: (exchange) => this.#inspect(() => this.#asked(exchange)),
      after: (exchange) => this.#inspect(() => this.#compare(exchange)),
      delivered: (exchange) => this.#inspect(() => this.#delivered(exchange)),
    })
  }

  /** An exchange that cannot be read fails its scenario, which is then shrunk and printed like any other. */
  #inspect(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.#report('monitor', String(error))
    }
  }

  /** What a process had received but not written is lost with it. */
  discardUnwritten(): void {
    this.#misreported.clear()
    for (const id of this.truthfullyPaid)
      if (!this.#isPaidOnDisk(id)) this.truthfullyPaid.delete(id)
  }

  #isPaidOnDisk(id: string): boolean {
    const row = this.#find('select details from attempts where provider_ref = ?', id)
    const details = JSON.parse(textIn(row, 'details') ?? '{}') as Record<string, unknown>
    return typeof details['paidAt'] === 'number'
  }

  /** A false "waits for a code" counts only when it is repeated: then another code is sent, which takes the reserved money. */
  wasMisledAboutCode(id: string): boolean {
    return (this.#stale.get(id) ?? 0) > 1
  }

  /** Before the provider has it. */
  #asked(exchange: Exchange): void {
    if (isPoll(exchange)) this.#unanswered.polls++
    const asked = this.#simulation.rail.readRequest(exchange)
    switch (asked?.to) {
      case 'start':
        this.#started(asked)
        return
      case 'confirm':
        this.#confirmed(asked)
        return
      case 'cancel':
        this.#unanswered.cancellations++
        this.#intended('cancelSentAt', asked.id)
        return
      case 'code':
        this.#codeGiven(asked)
        return
      case 'refund':
        this.#refunded(asked)
    }
  }

  #started({ reference, payer }: ProviderRequest & { to: 'start' }): void {
    const count = (this.#starts.get(reference) ?? 0) + 1
    this.#starts.set(reference, count)
    if (count > 1) this.#report('I9', `${reference} was sent ${count} times`)
    if (!this.#find('select 1 from attempts where reference = ?', reference))
      this.#report('I9', `${reference} was sent before it was on disk`)
    const { mode, offMs, clock, isRestored, settings } = this.#simulation
    if (settings.gate) this.asksShop.add(reference)
    // Rate limits are counted by the machine's clock, right or wrong.
    if (payer === null || mode.budgets !== 'usual' || offMs !== 0 || isRestored) return
    const now = clock.now()
    const pushes = [...(this.#pushes.get(payer) ?? []), now]
    this.#pushes.set(payer, pushes)
    for (const { most, within } of budgets) {
      const recent = pushes.filter((at) => at > now - within).length
      if (recent > most) this.#report('I12', `${recent} pushes to a phone within ${within} ms`)
    }
  }

  #confirmed({ id }: { id: string }): void {
    if (this.#misreported.has(id))
      this.#report('I2', 'a cart was confirmed though its amount or reference differed')
    const row = this.#find(
      'select status from checkouts where id = (select checkout_id from attempts where provider_ref = ?)',
      id,
    )
    if (row?.['status'] !== 'confirming')
      this.#report('I2', `the money was asked for, and on disk it is ${String(row?.['status'])}`)
    this.#intended('captureRequestedAt', id)
  }

  /** After a crash, the database must show that the call may have been made. */
  #intended(intent: 'captureRequestedAt' | 'cancelSentAt', id: string): void {
    const row = this.#find('select details from attempts where provider_ref = ?', id)
    const details = JSON.parse(textIn(row, 'details') ?? '{}') as Record<string, unknown>
    if (typeof details[intent] !== 'number')
      this.#report('I2', `a call went out before ${intent} was on disk`)
  }

  #codeGiven({ id }: { id: string }): void {
    const count = (this.#codes.get(id) ?? 0) + 1
    this.#codes.set(id, count)
    const row = this.#find('select details from attempts where provider_ref = ?', id)
    const { codesTried = 0 } = JSON.parse(textIn(row, 'details') ?? '{}') as {
      codesTried?: number
    }
    // A backup knows nothing of the codes that came after it.
    const { isRestored } = this.#simulation
    if (codesTried < count && !isRestored)
      this.#report('code', `${count} codes were sent, and on disk there are ${codesTried}`)
    if (count > codeTries && !isRestored) this.#report('code', `${count} codes were tried`)
    // On a reservation a code takes the money, without a check of the amount or the shop's approval.
    const { state } = this.#simulation.rail.payment(id) ?? {}
    if (state !== 'awaiting_code' && state !== 'canceled' && !this.wasMisledAboutCode(id))
      this.#report('code', `a code was sent for what was ${state}`)
  }

  #refunded({ id, key, amount }: ProviderRequest & { to: 'refund' }): void {
    const before = this.#refunds.get(key)
    const refund = `${amount} of ${id}`
    this.#refunds.set(key, refund)
    if (before !== undefined && before !== refund)
      this.#report('refund', `one key asked for ${before}, and then for ${refund}`)
    const row = this.#find(
      'select status, refunds from checkouts where id = (select checkout_id from attempts where provider_ref = ?)',
      id,
    )
    // In review, the money may have been captured nevertheless.
    if (row?.['status'] !== 'paid' && row?.['status'] !== 'review')
      this.#report('refund', `of a checkout that is ${String(row?.['status'])} money went back`)
    const kept = JSON.parse(textIn(row, 'refunds') ?? '[]') as readonly {
      readonly id: string
      readonly amount: number
    }[]
    if (!kept.some((one) => one.id === key && one.amount === amount))
      this.#report('refund', `${refund} was asked for before it was on disk`)
  }

  /** Keeps what the provider's answer says beside its records, as they are now. */
  #compare(exchange: Exchange): void {
    const { rail } = this.#simulation
    const claim = rail.readClaim(exchange)
    if (!claim) return
    // A callback brings the id as well, where the answer is lost.
    if (claim.names) this.#named(claim)
    const payment = rail.payment(claim.id)
    this.#claims.set(exchange, { claim, payment: payment && { ...payment } })
  }

  /** An answer that is lost on its way has told the server nothing, be it true or false. */
  #delivered(exchange: Exchange): void {
    const { rail, isDiskFull } = this.#simulation
    const { claim, payment } = this.#claims.get(exchange) ?? {}
    if (!claim) return
    // "Canceled" about an open payment is no answer.
    const isDenial = claim.state === 'canceled' && payment && payment.state !== 'canceled'
    if (claim.state && isPoll(exchange) && !isDenial) this.#unanswered.polls--
    const isCancellation = rail.readRequest(exchange)?.to === 'cancel'
    if (claim.state && isCancellation) this.#unanswered.cancellations--
    if (!payment) return
    const { id, state } = payment
    // Absence is not a decision: only the answer to a cancellation can mislead.
    const isAgreement = /CancelCart|\/v2\//i.test(exchange.path) || !rail.canCancel
    if (claim.state === 'canceled' && state !== 'canceled' && isAgreement)
      this.falselyCanceled.set(id, state)
    if (claim.state === 'paid') {
      if (claim.proves === true && state !== 'paid') this.falselyPaid.add(id)
      // "Already confirmed" in answer to a cancellation says that it came too late; what was paid is still to be asked.
      if (state === 'paid' && claim.proves !== false && !/cancel/i.test(exchange.path))
        this.truthfullyPaid.add(id)
      if (claim.proves === false) this.doubtful.add(id)
    }
    if (claim.state === 'awaiting_code' && state !== 'awaiting_code')
      this.#stale.set(id, (this.#stale.get(id) ?? 0) + 1)
    const isTrue =
      (claim.amount === null || claim.amount === payment.amount) &&
      (claim.reference === null || claim.reference === payment.reference)
    if (isTrue) {
      this.#misreported.delete(id)
      return
    }
    this.everMisreported.add(id)
    // For a reservation it matters; for a cart that is over or paid it comes too late.
    if (claim.state === 'reserved' && !isDiskFull) this.#misreported.add(id)
  }

  #named({ id, names }: ProviderClaim): void {
    const before = this.#names.get(id)
    const own = this.#simulation.rail.payment(id)?.reference
    if ([before, own].some((other) => other !== undefined && other !== names))
      this.sharedIds.add(id)
    if (names) this.#names.set(id, names)
  }

  #find(sql: string, parameter: string) {
    return this.#simulation.onDisk(sql, parameter)
  }

  #report(invariant: string, what: string): void {
    this.violations.push(`${invariant}: ${what}`)
  }
}

const isPoll = ({ path }: Exchange): boolean =>
  /\/(?:CheckCart|checkout\/status|GetPaymentStatus)/.test(path)

function textIn(row: Row | undefined, column: string): string | null {
  const text = row?.[column]
  return typeof text === 'string' ? text : null
}
