import { parseArgs } from 'node:util'
import { readConfiguration } from '../config.ts'
import type { Config } from '../config.ts'
import {
  attemptsOfOthers,
  countWithoutProviderRef,
  paymentsOf,
  reconcile as reconcileAttempts,
} from '../ops/reconcile.ts'
import type { CapturedPayment, Reconciled } from '../ops/reconcile.ts'
import { money } from '../ops/money.ts'
import { providerLabels } from '../ops/provider-labels.ts'
import { pendingRefunds } from '../ops/refunds.ts'
import type { PendingRefund } from '../ops/refunds.ts'
import { configuredProviders } from '../providers/configured.ts'
import type { Checkout } from '../core/checkout.ts'
import { soleOwner } from '../core/ownership.ts'
import { Providers } from '../core/provider.ts'
import type { CheckoutStore } from '../core/store.ts'
import type { Database } from '../store/database.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { storeOf, withExisting } from './database.ts'
import { repositoryFor } from './repository.ts'

/**
 * Asks the provider about every attempt and records the results, for example after restoring a backup. The running server, or
 * the next one to start, sends the webhooks. Exit code 1 if an answer is missing or contradicts a recorded payment, or if a
 * person must act.
 */
export async function reconcile(args: readonly string[], context: CliContext): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { since: { type: 'string' } } })
  const since = readDate(values.since)
  const configuration = readConfiguration(context.env)
  const { server, merchants, isShared } = configuration
  return withExisting(server, async (database) => {
    let isClean = true
    for (const config of merchants) {
      if (isShared) context.say(`Merchant ${config.merchantId}:`)
      const store = storeOf(database, configuration, config.merchantId)
      isClean = (await reconcileMerchant(database, config, store, since, context)) && isClean
    }
    const ids = merchants.map(({ merchantId }) => merchantId)
    const others = await attemptsOfOthers(database, ids, since)
    for (const { merchantId, count } of others) context.say(notConfiguredLine(merchantId, count))
    return isClean && others.length === 0 ? 0 : 1
  })
}

/** @returns whether nothing is left that a person must look at */
async function reconcileMerchant(
  database: Database,
  config: Config,
  store: CheckoutStore,
  since: number,
  context: CliContext,
): Promise<boolean> {
  const { merchantId } = config
  const providers = new Providers(
    configuredProviders(
      config,
      () => context.clock.now(),
      () => soleOwner.permit(),
    ),
  )
  try {
    const repository = repositoryFor(config, store, context)
    const deps = { database, merchantId, repository, providers }
    const isClean = await report(reconcileAttempts(deps, since), context.say)
    const skipped = await countWithoutProviderRef(database, merchantId, since)
    if (skipped > 0) context.say(skippedLine(skipped))
    const refunds = await reportRefunds(pendingRefunds(store, context.clock.now()), context.say)
    return isClean && refunds === 0
  } finally {
    await providers.close()
  }
}

async function report(
  results: ReturnType<typeof reconcileAttempts>,
  say: CliContext['say'],
): Promise<boolean> {
  const tally = { asked: 0, changed: 0, unanswered: 0, contradicted: 0, reviews: 0 }
  const orders = new Orders()
  for await (const result of results) {
    const { before, after, contradicted, canceledPayment } = result
    tally.asked++
    if (after.version !== before.version) tally.changed++
    if (isUnanswered(result)) tally.unanswered++
    else if (contradicted) tally.contradicted++
    const line = lineOf(result)
    if (line !== null) say(line)
    if (isNewReview(result)) {
      tally.reviews++
      say(`! ${nameOf(after)}: needs a review (${after.review ?? ''}). See /admin.`)
    }
    orders.add(after, canceledPayment)
  }
  const paidTwice = orders.paidTwice()
  for (const payments of paidTwice) say(paidTwiceLine(payments))
  const { asked, changed, unanswered, contradicted, reviews } = tally
  say(`Asked about ${asked}: ${changed} changed, ${unanswered} without an answer.`)
  return unanswered + contradicted + reviews + paidTwice.length === 0
}

/** Those of earlier are on the support page; one that was paid twice is listed below until it is settled. */
const isNewReview = ({ before, after }: Reconciled): boolean =>
  after.review !== null && after.review !== before.review && after.review !== 'paid_twice'

const isUnanswered = ({ result: { type } }: Reconciled): boolean =>
  type === 'unknown' || type === 'not_sent'

const skippedLine = (count: number): string =>
  count === 1
    ? '1 attempt has no provider id and cannot be reconciled.'
    : `${count} attempts have no provider id and cannot be reconciled.`

const notConfiguredLine = (merchantId: string, count: number): string =>
  `! Merchant ${merchantId} is not configured: its ${count === 1 ? '1 attempt was' : `${count} attempts were`} not asked about. Put its settings back to find out.`

const nameOf = ({ reference, id }: Checkout) => `${reference} (${id})`

/** Null when nothing changed. */
function lineOf(reconciled: Reconciled): string | null {
  const { before, after, result, contradicted } = reconciled
  const { code } = result.evidence
  const name = nameOf(after)
  const provider = providerLabels(after.provider).name
  if (isUnanswered(reconciled)) return `? ${name}: no answer from ${provider} (${code})`
  if (contradicted) return `! ${name}: recorded as paid, but not by ${provider} (${code})`
  if (reconciled.canceledPayment !== null)
    return `* ${name}: paid, and canceled at ${provider} by the shop (${code})`
  if (after.version === before.version) return null
  const to = before.status === after.status ? `still ${after.status}` : `→ ${after.status}`
  return `* ${name}: ${before.status} ${to} (${code})`
}

interface TakenPayment {
  readonly checkout: Checkout
  readonly payment: CapturedPayment
}

/** Orders that more than one payment was taken for: by one checkout, or by one that replaced another which was paid late. */
class Orders {
  readonly #byReference = new Map<string, Map<string, Checkout>>()
  /** The provider's ids of payments that the shop has canceled at the provider since. */
  readonly #canceled = new Set<string>()

  add(checkout: Checkout, canceledPayment: string | null): void {
    if (canceledPayment !== null) this.#canceled.add(canceledPayment)
    const { id, reference, late, replaces } = checkout
    const payments = paymentsOf(checkout).length
    if (payments === 0 || (payments === 1 && !late && replaces === null)) return
    const known = this.#byReference.get(reference) ?? new Map<string, Checkout>()
    this.#byReference.set(reference, known.set(id, checkout))
  }

  /** @returns the payments of each that are left */
  paidTwice(): readonly (readonly TakenPayment[])[] {
    return [...this.#byReference.values()]
      .map((checkouts) => [...checkouts.values()].flatMap((checkout) => this.#leftOf(checkout)))
      .filter((payments) => payments.length > 1)
  }

  #leftOf(checkout: Checkout): readonly TakenPayment[] {
    return paymentsOf(checkout)
      .filter(({ transactionId }) => transactionId === null || !this.#canceled.has(transactionId))
      .map((payment) => ({ checkout, payment }))
  }
}

const paidTwiceLine = (payments: readonly TakenPayment[]): string => {
  const lines = payments.map(({ checkout: { currency, provider }, payment }) => {
    const { reference, transactionId, amount, refundable } = payment
    const label = providerLabels(provider).transactionId
    return `${money(amount, currency)} by ${reference} (${label} ${transactionId ?? 'unknown'}, ${money(refundable, currency)} not refunded)`
  })
  const names = [...new Set(payments.map(({ checkout }) => nameOf(checkout)))].join(' and ')
  return `! ${names}: paid twice: ${lines.join('; ')}. Refund one of them.`
}

/** @returns how many refunds need a person */
async function reportRefunds(
  refunds: AsyncIterable<PendingRefund>,
  say: CliContext['say'],
): Promise<number> {
  let count = 0
  for await (const { checkout, refund, concern } of refunds) {
    if (concern === null) continue
    count++
    const lastAnswer = refund.lastAnswer
      ? `${refund.lastAnswer.call} ${refund.lastAnswer.code}`
      : 'no answer'
    const why = {
      refused: `refused by ${providerLabels(checkout.provider).name}, but an earlier try may have succeeded`,
      overdue: 'not settled for more than a day',
    }[concern]
    say(
      `! ${nameOf(checkout)}: refund ${refund.id} of ${money(refund.amount, checkout.currency)}: ${why} (${lastAnswer}). Look it up in the partner portal, then: netgiro-checkout refund ${checkout.id} ${refund.id} --as refunded|failed --by … --note …`,
    )
  }
  return count
}

function readDate(text: string | undefined): number {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(
    text ?? '',
  )
  const at = isDate ? Date.parse(text ?? '') : NaN
  // [ecma262] Date.parse takes the 31st of February for a day in March.
  const day = text?.slice(0, 10) ?? ''
  if (Number.isNaN(at) || new Date(day).toISOString().slice(0, 10) !== day)
    throw new UsageError('reconcile requires --since with a date, such as 2026-11-20.')
  return at
}
