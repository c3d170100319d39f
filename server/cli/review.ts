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
    const { reference, review: reason } = before
    if (reason === null) {
      context.say(`${reference} needs no review: nothing was changed.`)
      return 1
    }
    const command = { type: 'review_closed', review: reason, ...note } as const
    if (!(await repository.tryRecord(checkoutId, command))) {
      context.say(`${reference} needs no review (${reason}) any more: nothing was changed.`)
      return 1
    }
    context.say(`The review of ${reference} (${reason}) is closed.`)
    return 0
  })
}
