import type { Transaction } from 'kysely'
import type { Attempt } from '../core/checkout.ts'
import type { Tables } from './schema.ts'

/** Removes what could identify the payer of an attempt. */
export async function anonymize(
  trx: Transaction<Tables>,
  id: string,
  details: string,
): Promise<void> {
  const { payer, ...rest } = JSON.parse(details) as Pick<Attempt, 'payer'>
  const anonymous = { ...rest, payer: { kind: payer.kind, masked: '•••', hash: '' } }
  await trx
    .updateTable('attempts')
    .set({ phone_hash: null, details: JSON.stringify(anonymous) })
    .where('id', '=', id)
    .execute()
}
