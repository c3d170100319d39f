import { parseArgs } from 'node:util'
import { defaultMerchantId } from '../core/checkout.ts'
import { readConfiguration } from '../config.ts'
import { merchantDirectory } from '../store/merchant-directory.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { storeOf, withExisting } from './database.ts'
import { noteOf, noteOptions } from './operator-note.ts'
import { repositoryFor } from './repository.ts'

/**
 * Closes the review of a checkout, once a person has dealt with it: it is no longer listed as needing one. The payment stays as it
 * is. Exit code 1 if there is no such checkout, or nothing to review.
 */
export async function review(args: readonly string[], context: CliContext): Promise<number> {
  const { positionals, values } = parseArgs({
    ...{ args: [...args], options: noteOptions, allowPositionals: true },
  })
  const [checkoutId, ...rest] = positionals
  if (!checkoutId || rest.length > 0) throw new UsageError('review takes a checkout id.')
  const note = noteOf('review', values)
  const configuration = readConfiguration(context.env)
  return withExisting(configuration.server, async (database) => {
    const owner = await merchantDirectory(database).ofCheckout(checkoutId)
    const store = storeOf(database, configuration, owner ?? defaultMerchantId)
    const repository = repositoryFor(configuration.server, store, context)
    const before = await repository.get(checkoutId)
    if (!before) {
      context.say(`No checkout ${checkoutId} found.`)
      return 1
    }
    const { reference, review: reason, reviewClosedAt } = before
    if (reason === null || reviewClosedAt !== null) {
      const why = reason === null ? 'needs no review' : 'has been reviewed before'
      context.say(`${reference} ${why}: nothing was changed.`)
      return 1
    }
    await repository.record(checkoutId, { type: 'review_closed', review: reason, ...note }, null)
    context.say(`The review of ${reference} (${reason}) is closed.`)
    return 0
  })
}
