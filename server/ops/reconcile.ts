import { capturedAmount, isCaptured, refundable } from '../core/checkout.ts'
import type { Checkout, ProviderResult } from '../core/checkout.ts'
import type { CheckoutRepository } from '../core/repository.ts'
import { believable } from '../core/attempts/calls-under-way.ts'
import { handleOf } from '../core/provider.ts'
import type { Providers } from '../core/provider.ts'
import type { Database } from '../store/database.ts'

export interface Reconciled {
  readonly before: Checkout
  readonly after: Checkout
  readonly result: ProviderResult
  /** We recorded a payment by this attempt, and the provider reports none. */
  readonly contradicted: boolean
  /** The provider's id of a captured payment that the shop has canceled at the provider since; null: it has not. */
  readonly canceledPayment: string | null
}

/** A captured payment that has not been refunded in full. */
export interface CapturedPayment {
  readonly reference: string
  readonly transactionId: string | null
  readonly amount: number
  /** What is neither refunded nor in a pending refund. */
  readonly refundable: number
}

interface ReconcileDeps {
  readonly database: Database
  readonly merchantId: string
  readonly repository: CheckoutRepository
  readonly providers: Providers
}

const concurrency = 5

/**
 * Asks the provider about every attempt with a provider id and records the results.
 *
 * @param since a time in milliseconds; earlier attempts are skipped
 * @returns each result, once it is on disk
 */
export async function* reconcile(deps: ReconcileDeps, since: number): AsyncGenerator<Reconciled> {
  const attempts = await attemptsWithProviderRef(deps, since)
  while (attempts.length > 0) {
    yield* await Promise.all(attempts.splice(0, concurrency).map((attempt) => poll(deps, attempt)))
  }
}

/** Counts the attempts since then that have no provider id, so the provider cannot be asked about them. */
export async function countWithoutProviderRef(
  { db }: Database,
  merchantId: string,
  since: number,
): Promise<number> {
  const rows = await db
    .selectFrom('attempts')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('provider_ref', 'is', null)
    .where((where) =>
      where.or([where('outcome', 'is', null), where('outcome', 'not in', ['failed', 'declined'])]),
    )
    .where('started_at', '>=', since)
    .execute()
  return rows.length
}

/** The merchants other than these, and how many attempts of theirs with a provider id there are since then. */
export const attemptsOfOthers = (
  { db }: Database,
  merchantIds: readonly string[],
  since: number,
): Promise<readonly { readonly merchantId: string; readonly count: number }[]> =>
  db
    .selectFrom('attempts')
    .select(({ fn }) => ['merchant_id as merchantId', fn.countAll<number>().as('count')])
    .where('merchant_id', 'not in', merchantIds)
    .where('provider_ref', 'is not', null)
    .where('started_at', '>=', since)
    .groupBy('merchant_id')
    .orderBy('merchant_id')
    .execute()

interface AttemptRow {
  readonly id: string
  readonly checkoutId: string
  readonly providerRef: string
}

async function attemptsWithProviderRef(
  { database, merchantId }: ReconcileDeps,
  since: number,
): Promise<AttemptRow[]> {
  const rows = await database.db
    .selectFrom('attempts')
    .select(['id', 'checkout_id', 'provider_ref'])
    .where('merchant_id', '=', merchantId)
    .where('provider_ref', 'is not', null)
    .where('started_at', '>=', since)
    .orderBy('started_at')
    .execute()
  return rows.flatMap(({ id, checkout_id, provider_ref }) =>
    provider_ref === null ? [] : [{ id, checkoutId: checkout_id, providerRef: provider_ref }],
  )
}

async function poll(
  { repository, providers }: ReconcileDeps,
  row: AttemptRow,
): Promise<Reconciled> {
  const before = await repository.get(row.checkoutId)
  if (!before) throw new Error(`No checkout ${row.checkoutId}`)
  const attempt = before.attempts.find(({ id }) => id === row.id)
  if (!attempt) throw new Error(`No attempt ${row.id}`)
  const provider = providers.for(before, attempt)
  const handle = handleOf(provider, attempt)
  if (!handle) throw new Error(`The attempt ${row.id} has no provider id`)
  // A server may be waiting for the answers to calls about it, which this process does not know of.
  const isWatched = attempt.endedAt === null
  const result = believable(await provider.check(handle), {
    cancel: isWatched && provider.cancelUndoesPayments && attempt.cancelSentAt !== null,
    code: isWatched && attempt.uncertain && attempt.codesTried > 0,
  })
  const after = await repository.record(row.checkoutId, result, row.id)
  // What the shop itself takes back is no longer a payment at the provider, and contradicts nothing.
  const isCanceledByShop = result.type === 'ended' && result.by === 'shop'
  return {
    ...{ before, after, result },
    contradicted: result.type === 'ended' && !isCanceledByShop && isPaidBy(after, row),
    canceledPayment: isCanceledByShop && attempt.paidAt !== null ? row.providerRef : null,
  }
}

/** A payment that may have gone back in full is none that the provider must still report. */
const isPaidBy = (checkout: Checkout, { id }: AttemptRow): boolean =>
  checkout.status === 'paid' &&
  id === checkout.paidAttemptId &&
  checkout.attempts.some((attempt) => attempt.id === id && refundable(checkout, attempt) > 0)

/** The captured payments that are not refunded in full; more than one means that the checkout was paid twice. */
export const paymentsOf = (checkout: Checkout): readonly CapturedPayment[] =>
  checkout.attempts
    .filter((attempt) => isCaptured(checkout, attempt))
    .map((attempt) => ({
      reference: attempt.reference,
      transactionId: attempt.providerRef,
      amount: capturedAmount(checkout, attempt),
      refundable: refundable(checkout, attempt),
    }))
    .filter((payment) => payment.refundable > 0)
