import { defaultMerchantId } from '../core/checkout.ts'
import type { Checkout } from '../core/checkout.ts'
import type { CheckoutRepository } from '../core/repository.ts'
import { readConfiguration } from '../config.ts'
import { merchantDirectory } from '../store/merchant-directory.ts'
import type { CliContext } from './command.ts'
import { storeOf, withExisting } from './database.ts'
import { repositoryFor } from './repository.ts'

/**
 * Works on one checkout, of whichever merchant.
 *
 * @returns what the work returns; 1, and says so, if there is no such checkout
 */
export function withCheckout(
  checkoutId: string,
  context: CliContext,
  work: (checkout: Checkout, repository: CheckoutRepository) => Promise<number>,
): Promise<number> {
  const configuration = readConfiguration(context.env)
  return withExisting(configuration.server, async (database) => {
    const owner = await merchantDirectory(database).ofCheckout(checkoutId)
    const store = storeOf(database, configuration, owner ?? defaultMerchantId)
    const repository = repositoryFor(configuration.server, store, context)
    const checkout = await repository.get(checkoutId)
    if (checkout) return work(checkout, repository)
    context.say(`No checkout ${checkoutId} found.`)
    return 1
  })
}
