import { parseArgs } from 'node:util'
import { withCheckout } from './checkout.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { noteOf, noteOptions } from './operator-note.ts'

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
  return withCheckout(checkoutId, context, async (before, repository) => {
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
