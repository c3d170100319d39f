import type { Transaction } from 'kysely'
import type { Attempt } from '../core/checkout.ts'
import type { Tables } from './schema.ts'

/** Removes what could identify the payer of an attempt. */
export async function anonymize(
  trx: Transaction<Tables>,
  id: string,
  details: string,
): Promise<void> {
  const anonymous = withoutPayer(details)
  await trx
    .updateTable('attempts')
    .set({ phone_hash: null, ...(anonymous !== null && { details: anonymous }) })
    .where('id', '=', id)
    .execute()
}

/** Null: the details are damaged. They stay as they are, for whoever repairs them, and keep no other payer from being forgotten. */
function withoutPayer(details: string): string | null {
  try {
    const { payer, ...rest } = JSON.parse(details) as Pick<Attempt, 'payer'>
    return JSON.stringify({ ...rest, payer: { kind: payer.kind, masked: '•••', hash: '' } })
  } catch {
    return null
  }
}
