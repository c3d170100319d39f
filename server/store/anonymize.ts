import type { Transaction } from 'kysely'
import type { Attempt } from '../core/checkout.ts'
import type { Tables } from './schema.ts'

/**
 * Removes what could identify the payer of an attempt. Where its details are damaged, everything stays as it is for whoever repairs
 * them, also the hash: by that, the next purge finds the payer again.
 */
export async function anonymize(
  trx: Transaction<Tables>,
  id: string,
  details: string,
): Promise<void> {
  const anonymous = withoutPayer(details)
  if (anonymous === null) return
  await trx
    .updateTable('attempts')
    .set({ phone_hash: null, details: anonymous })
    .where('id', '=', id)
    .execute()
}

/** Null: the details are damaged. They keep no other payer from being forgotten. */
function withoutPayer(details: string): string | null {
  try {
    const { payer, ...rest } = JSON.parse(details) as Pick<Attempt, 'payer'>
    return JSON.stringify({ ...rest, payer: { kind: payer.kind, masked: '•••', hash: '' } })
  } catch {
    return null
  }
}
