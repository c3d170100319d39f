import { onDisk } from './on-disk.ts'
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
/** So many questions without an answer that can be believed may be all that there were until a person was called. */
const mostUnanswered = 4

/** Watches the exchanges with the provider: requests that are sent too early, and responses that are wrong. */
export class ProtocolMonitor {
  readonly #world: Simulation
  readonly #starts = new Map<string, number>()
  readonly #pushes = new Map<string, number[]>()
  readonly #codes = new Map<string, number>()
  readonly #refunds = new Map<string, string>()
  /** Payments that the server was told another amount or reference of while they were reserved. */
  readonly #bent = new Set<string>()
  /** Those, and all others of which it was told so at any time. */
  readonly everBent = new Set<string>()
  /** Payments that the provider agreed were canceled though they were not, and what they were. */
  readonly denied = new Map<string, Payment['state']>()
  /** Payments that the provider told of, with the amount, before they were made. */
  readonly claimed = new Set<string>()
  /** Those of which it said that they were paid, and nothing that proves it, or something that contradicts it. */
  readonly doubtful = new Set<string>()
  /** Names that were given to two requests. */
  readonly sharedNames = new Set<string>()
  readonly #names = new Map<string, string>()
  /** The provider left many questions unanswered. */
  get isSilent(): boolean {
    return this.#unanswered > mostUnanswered
  }
  #unanswered = 0
  /** How often the provider said of a payment that it waits for a code though it did not any more. */
  readonly #stale = new Map<string, number>()
  readonly violations: string[] = []

  constructor(simulation: Simulation) {
    this.#world = simulation
    simulation.onExchange.upstream.push({
      before: (exchange) => this.#look(() => this.#asked(exchange)),
      after: (exchange) => this.#look(() => this.#answered(exchange)),
    })
  }

  /** An exchange that cannot be judged fails its scenario, which is then shrunk and printed like any other. */
  #look(judge: () => void): void {
    try {
      judge()
    } catch (error) {
      this.#complain('monitor', String(error))
    }
  }

  /** What a process had received but not written is lost with it. */
  forgetWhatWasHeard(): void {
    this.#bent.clear()
  }

  /** Said once it is not believed; said again, another code is sent, and takes the money of what it does not wait for. */
  isHardlyToBlame(id: string): boolean {
    return (this.#stale.get(id) ?? 0) > 1
  }

  /** Before the provider has it. */
  #asked(exchange: Exchange): void {
    if (isQuestion(exchange)) this.#unanswered++
    const asked = this.#world.rail.readRequest(exchange)
    switch (asked?.to) {
      case 'start':
        this.#started(asked)
        return
      case 'confirm':
        this.#confirmed(asked)
        return
      case 'cancel':
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
    if (count > 1) this.#complain('I9', `${reference} was sent ${count} times`)
    if (!this.#find('select 1 from attempts where reference = ?', reference))
      this.#complain('I9', `${reference} was sent before it was on disk`)
    // Budgets are counted by the machine's clock, right or wrong.
    const { mode, offMs, clock, isRestored } = this.#world
    if (payer === null || mode.budgets !== 'usual' || offMs !== 0 || isRestored) return
    const now = clock.now()
    const pushes = [...(this.#pushes.get(payer) ?? []), now]
    this.#pushes.set(payer, pushes)
    for (const { most, within } of budgets) {
      const recent = pushes.filter((at) => at > now - within).length
      if (recent > most) this.#complain('I12', `${recent} pushes to a phone within ${within} ms`)
    }
  }

  #confirmed({ id }: { id: string }): void {
    if (this.#bent.has(id))
      this.#complain('I2', 'a cart was confirmed though its amount or reference differed')
    const row = this.#find(
      'select status from checkouts where id = (select checkout_id from attempts where provider_ref = ?)',
      id,
    )
    if (row?.['status'] !== 'confirming')
      this.#complain('I2', `the money was asked for, and on disk it is ${String(row?.['status'])}`)
    this.#intended('captureRequestedAt', id)
  }

  /** Whoever finds this database after a crash must know that the call may have been made. */
  #intended(intent: 'captureRequestedAt' | 'cancelSentAt', id: string): void {
    const row = this.#find('select details from attempts where provider_ref = ?', id)
    const details = JSON.parse(textIn(row, 'details') ?? '{}') as Record<string, unknown>
    if (typeof details[intent] !== 'number')
      this.#complain('I2', `a call went out before ${intent} was on disk`)
  }

  #codeGiven({ id }: { id: string }): void {
    const count = (this.#codes.get(id) ?? 0) + 1
    this.#codes.set(id, count)
    const row = this.#find('select details from attempts where provider_ref = ?', id)
    const { codesTried = 0 } = JSON.parse(textIn(row, 'details') ?? '{}') as {
      codesTried?: number
    }
    if (codesTried < count)
      this.#complain('code', `${count} codes were sent, and on disk there are ${codesTried}`)
    if (count > codeTries) this.#complain('code', `${count} codes were tried`)
    // On a reservation a code takes the money, without a word of the amount or of the shop's consent.
    const { state } = this.#world.rail.payment(id) ?? {}
    if (state !== 'awaiting_code' && state !== 'canceled' && !this.isHardlyToBlame(id))
      this.#complain('code', `a code was sent for what was ${state}`)
  }

  #refunded({ id, key, amount }: ProviderRequest & { to: 'refund' }): void {
    const before = this.#refunds.get(key)
    const wish = `${amount} of ${id}`
    this.#refunds.set(key, wish)
    if (before !== undefined && before !== wish)
      this.#complain('refund', `one key asked for ${before}, and then for ${wish}`)
    const row = this.#find(
      'select status, refunds from checkouts where id = (select checkout_id from attempts where provider_ref = ?)',
      id,
    )
    // Where a person must look, the money may have been captured nevertheless.
    if (row?.['status'] !== 'paid' && row?.['status'] !== 'review')
      this.#complain('refund', `of a checkout that is ${String(row?.['status'])} money went back`)
    const kept = JSON.parse(textIn(row, 'refunds') ?? '[]') as readonly {
      readonly id: string
      readonly amount: number
    }[]
    if (!kept.some((one) => one.id === key && one.amount === amount))
      this.#complain('refund', `${wish} was asked for before it was on disk`)
  }

  /** What the provider said, and how that stands to what it holds. */
  #answered(exchange: Exchange): void {
    const { rail, isDiskFull } = this.#world
    const told = rail.readClaim(exchange)
    const payment = told && rail.payment(told.id)
    // That it is not there says nothing about one that is.
    const isDenial = told?.state === 'canceled' && payment && payment.state !== 'canceled'
    if (told?.state && isQuestion(exchange) && !isDenial) this.#unanswered--
    if (told?.names) this.#named(told)
    if (!payment) return
    const { id, state } = payment
    // Absence is not a decision: only the answer to a cancellation can mislead.
    const isAgreement = /CancelCart|\/v2\//i.test(exchange.path) || !rail.canCancel
    if (told.state === 'canceled' && state !== 'canceled' && isAgreement) this.denied.set(id, state)
    if (told.state === 'paid') {
      if (told.proves === true && state !== 'paid') this.claimed.add(id)
      if (told.proves === false) this.doubtful.add(id)
    }
    if (told.state === 'awaiting_code' && state !== 'awaiting_code')
      this.#stale.set(id, (this.#stale.get(id) ?? 0) + 1)
    const isTrue =
      (told.amount === null || told.amount === payment.amount) &&
      (told.reference === null || told.reference === payment.reference)
    if (isTrue) {
      this.#bent.delete(id)
      return
    }
    this.everBent.add(id)
    // Of a reservation it must be heeded; of a cart that is over or paid it comes too late to matter.
    if (told.state === 'reserved' && !isDiskFull) this.#bent.add(id)
  }

  #named({ id, names }: ProviderClaim): void {
    const before = this.#names.get(id)
    if (before !== undefined && before !== names) this.sharedNames.add(id)
    if (names) this.#names.set(id, names)
  }

  #find(sql: string, parameter: string) {
    return onDisk(this.#world.databasePath, sql, parameter)
  }

  #complain(invariant: string, what: string): void {
    this.violations.push(`${invariant}: ${what}`)
  }
}

const isQuestion = ({ path }: Exchange): boolean =>
  /\/(?:CheckCart|checkout\/status|GetPaymentStatus)/.test(path)

function textIn(row: Row | undefined, column: string): string | null {
  const text = row?.[column]
  return typeof text === 'string' ? text : null
}
