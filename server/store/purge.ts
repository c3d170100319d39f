import type { Transaction } from 'kysely'
import type { Attempt } from '../checkout/checkout.ts'
import type { Tables } from './schema.ts'

const days = 24 * 60 * 60 * 1_000
const attemptsAtOnce = 500

/**
 * What is kept, and how long: requests to phones for a day, idempotency keys for 7 days, told events and what could lead
 * to a person for 30. Payments stay; who paid does not.
 */
export async function purge(trx: Transaction<Tables>, now: number): Promise<void> {
  const monthAgo = now - 30 * days
  await trx
    .deleteFrom('sendings')
    .where('at', '<', now - days)
    .execute()
  await trx
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', now - 7 * days)
    .execute()
  await trx
    .deleteFrom('events')
    .where('at', '<', monthAgo)
    .where('next_try_at', 'is', null)
    .execute()
  const known = await trx
    .selectFrom('attempts')
    .select(['id', 'details'])
    .where('ended_at', '<', monthAgo)
    .where('phone_hash', 'is not', null)
    .limit(attemptsAtOnce)
    .execute()
  for (const { id, details } of known) {
    const { payer, ...rest } = JSON.parse(details) as Pick<Attempt, 'payer'>
    const nobody = { ...rest, payer: { kind: payer.kind, masked: '•••', hash: '' } }
    await trx
      .updateTable('attempts')
      .set({ phone_hash: null, details: JSON.stringify(nobody) })
      .where('id', '=', id)
      .execute()
  }
}
