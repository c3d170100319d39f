import type { Insertable, Transaction } from 'kysely'
import { defaultMerchantId } from '../core/checkout.ts'
import type { Checkout } from '../core/checkout.ts'
import type { Created, IdempotencyKey } from '../core/store.ts'
import { attemptsOf, holderOf, rowById } from './checkout-queries.ts'
import { compiled } from './compiled.ts'
import { insertHistory } from './history.ts'
import { fromRows, toCheckoutRow } from './rows.ts'
import type { Tables } from './schema.ts'
import { insertSession, makeRoomForSession } from './sessions.ts'

/** Inserts the checkout, or finds the one that an equal request has created; either way with a new session. */
export async function createCheckout(
  trx: Transaction<Tables>,
  merchantId: string,
  checkout: Checkout,
  sessionHash: string,
  idempotency: IdempotencyKey | null,
): Promise<Created> {
  const known = idempotency ? await findKey(trx, merchantId, idempotency) : undefined
  if (known && known.fingerprint !== idempotency?.fingerprint) return { kind: 'key_reused' }

  const found = known
    ? await rowById(trx, merchantId, known.checkout_id)
    : await holderOf(trx, merchantId, checkout.reference)
  // A reference belongs to one live checkout: one that ended without a payment makes room for another.
  const isOver = found?.status === 'canceled' || found?.status === 'expired'
  const replaces = found && isOver && !known ? found.id : null
  const existing = replaces === null ? found : undefined
  if (
    existing &&
    (existing.amount !== checkout.amount || existing.currency !== checkout.currency)
  ) {
    return { kind: 'reference_taken', checkoutId: existing.id }
  }
  const created = { ...checkout, replaces }
  if (!existing) await insertCheckout(trx, merchantId, created)
  const { createdAt } = checkout
  const checkoutId = existing?.id ?? checkout.id
  if (idempotency && !known) await insertKey(trx, merchantId, idempotency, checkoutId, createdAt)
  const { endedSessions, sessionAt } = existing
    ? await makeRoomForSession(trx, existing.id, createdAt)
    : { endedSessions: [], sessionAt: createdAt }
  await insertSession(trx, { hash: sessionHash, checkout_id: checkoutId, created_at: sessionAt })
  if (!existing) return { kind: 'created', checkout: created, endedSessions }
  const attempts = await attemptsOf(trx, existing.id)
  return { kind: 'repeated', checkout: fromRows(existing, attempts), endedSessions }
}

async function insertCheckout(
  trx: Transaction<Tables>,
  merchantId: string,
  checkout: Checkout,
): Promise<void> {
  const { id, replaces, version, createdAt } = checkout
  if (replaces !== null)
    await trx.updateTable('checkouts').set({ replaced_by: id }).where('id', '=', replaces).execute()
  const row = { ...toCheckoutRow(checkout), merchant_id: merchantId }
  await insertRow(trx, row)
  const entry = { attemptId: null, version, at: createdAt, type: 'created', evidence: null }
  await insertHistory(trx, id, entry)
}

const insertRow = compiled((db, row: Insertable<Tables['checkouts']>) =>
  db.insertInto('checkouts').values(row),
)

/** What the key stands for. A fingerprint that was made with a former secret counts as the current one. */
async function findKey(
  trx: Transaction<Tables>,
  merchantId: string,
  { key, fingerprint, formerFingerprints = [] }: IdempotencyKey,
) {
  const row = await trx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('key', '=', storedKey(merchantId, key))
    .executeTakeFirst()
  return row && formerFingerprints.includes(row.fingerprint) ? { ...row, fingerprint } : row
}

const insertKey = (
  trx: Transaction<Tables>,
  merchantId: string,
  { key, fingerprint }: IdempotencyKey,
  checkoutId: string,
  createdAt: number,
) =>
  trx
    .insertInto('idempotency_keys')
    .values({
      key: storedKey(merchantId, key),
      fingerprint,
      checkout_id: checkoutId,
      created_at: createdAt,
    })
    .execute()

/** Two merchants may use the same key. No key contains a line feed. */
const storedKey = (merchantId: string, key: string): string =>
  merchantId === defaultMerchantId ? key : `${merchantId}\n${key}`
