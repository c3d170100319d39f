import type { Checkouts, Refund } from 'netgiro-checkout-client'
import { codeOf } from './refusal.ts'

/**
 * Makes the refund that follows those which Medusa has on disk, or finds it where its answer was lost. Its key is made of their
 * number. A refund that failed for certain leaves its key used, and is followed by one under the next. Which keys are used so is
 * asked of the payment server, key by key: failed refunds have other keys as well, and one more of those must not lead past a
 * refund that was made.
 *
 * @param count - how many refunds of the payment Medusa has on disk
 * @throws what the client throws
 */
export async function refundOnce(
  checkouts: Checkouts,
  checkout: string,
  amount: number,
  count: number,
): Promise<Refund> {
  const failed = await failedAmounts(checkouts, checkout)
  for (let used = 0; ; used++) {
    const idempotencyKey = `medusa-${checkout}-${count}-${used}`
    const ask = (sum: number) => checkouts.refund(checkout, { amount: sum }, { idempotencyKey })
    try {
      return await ask(amount)
    } catch (error) {
      const isUsedUp =
        used < failed.length &&
        (codeOf(error) === 'refund_refused'
          ? // One failure more: it is this refund that was refused, just now.
            (await failedAmounts(checkouts, checkout)).length === failed.length
          : codeOf(error) === 'idempotency_key_reused' && (await hasFailed(ask, failed)))
      if (!isUsedUp) throw error
    }
  }
}

const failedAmounts = async (checkouts: Checkouts, checkout: string): Promise<readonly number[]> =>
  (await checkouts.get(checkout)).refunds
    .filter(({ status }) => status === 'failed')
    .map(({ amount }) => amount)

/** Whether the refund under a key that is known to be used has failed. Asking with its own amount changes nothing. */
async function hasFailed(
  ask: (amount: number) => Promise<Refund>,
  amounts: readonly number[],
): Promise<boolean> {
  for (const amount of new Set(amounts)) {
    try {
      await ask(amount)
      return false
    } catch (error) {
      if (codeOf(error) === 'refund_refused') return true
      if (codeOf(error) !== 'idempotency_key_reused') throw error
    }
  }
  return false
}
