import { capturedAmount, isCaptured, refundable } from '../core/checkout.ts'
import type { Attempt, Checkout, ProviderResult } from '../core/checkout.ts'
import type { CheckoutRepository } from '../core/repository.ts'
import { handleOf } from '../core/provider.ts'
import type { Providers } from '../core/provider.ts'
import type { Database } from '../store/database.ts'

export interface Reconciled {
  readonly before: Checkout
  readonly after: Checkout
  readonly fact: ProviderResult
  /** We hold it for paid by this very attempt, and the provider says that it is not. */
  readonly contradicted: boolean
}

/** A payment that was taken for a checkout. */
export interface TakenPayment {
  readonly reference: string
  readonly transactionId: string | null
  readonly amount: number
  /** What has not been given back of it, nor is being. */
  readonly left: number
}

interface ReconcileDeps {
  readonly database: Database
  readonly repository: CheckoutRepository
  readonly providers: Providers
}

const concurrency = 5

/** What the provider says today of every attempt since then that has a name there, each answer on disk when it is told. */
export async function* reconcile(deps: ReconcileDeps, since: number): AsyncGenerator<Reconciled> {
  const attempts = await namedAttempts(deps.database, since)
  while (attempts.length > 0) {
    yield* await Promise.all(attempts.splice(0, concurrency).map((attempt) => ask(deps, attempt)))
  }
}

/** Attempts since then that the provider never named to us: nobody can be asked about these. */
export async function countUnnamed({ db }: Database, since: number): Promise<number> {
  const rows = await db
    .selectFrom('attempts')
    .select('id')
    .where('provider_ref', 'is', null)
    .where((where) =>
      where.or([where('outcome', 'is', null), where('outcome', 'not in', ['failed', 'declined'])]),
    )
    .where('started_at', '>=', since)
    .execute()
  return rows.length
}

interface Named {
  readonly id: string
  readonly checkoutId: string
  readonly providerRef: string
}

async function namedAttempts({ db }: Database, since: number): Promise<Named[]> {
  const rows = await db
    .selectFrom('attempts')
    .select(['id', 'checkout_id', 'provider_ref'])
    .where('provider_ref', 'is not', null)
    .where('started_at', '>=', since)
    .orderBy('started_at')
    .execute()
  return rows.flatMap(({ id, checkout_id, provider_ref }) =>
    provider_ref === null ? [] : [{ id, checkoutId: checkout_id, providerRef: provider_ref }],
  )
}

async function ask({ repository, providers }: ReconcileDeps, named: Named): Promise<Reconciled> {
  const before = await repository.get(named.checkoutId)
  if (!before) throw new Error(`No checkout ${named.checkoutId}`)
  const asked = before.attempts.find(({ id }) => id === named.id)
  if (!asked) throw new Error(`No attempt ${named.id}`)
  const provider = providers.for(before, asked)
  const handle = handleOf(provider, asked)
  if (!handle) throw new Error(`The attempt ${named.id} has no name at the provider`)
  const fact = await provider.check(handle)
  const after = await repository.record(named.checkoutId, fact, named.id)
  const attempt = after.attempts.find(({ id }) => id === named.id)
  return { before, after, fact, contradicted: fact.type === 'ended' && isPaidBy(after, attempt) }
}

const isPaidBy = ({ status, paidAttemptId }: Checkout, attempt: Attempt | undefined): boolean =>
  status === 'paid' && attempt?.id === paidAttemptId

/** What was taken for a checkout and has not been given back in full; more than one means that it was paid twice. */
export const paymentsOf = (checkout: Checkout): readonly TakenPayment[] =>
  checkout.attempts
    .filter((attempt) => isCaptured(checkout, attempt))
    .map((attempt) => ({
      reference: attempt.reference,
      transactionId: attempt.providerRef,
      amount: capturedAmount(checkout, attempt),
      left: refundable(checkout, attempt),
    }))
    .filter(({ left }) => left > 0)
