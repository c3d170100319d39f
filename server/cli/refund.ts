import { parseArgs } from 'node:util'
import { isOverRefunded } from '../core/checkout.ts'
import type { Checkout, OperatorNote, Refund } from '../core/checkout.ts'
import { money } from '../ops/money.ts'
import { withCheckout } from './checkout.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { noteOf, noteOptions } from './operator-note.ts'

interface RefundClosingArgs extends OperatorNote {
  readonly checkoutId: string
  readonly refundId: string
  readonly as: 'refunded' | 'failed'
}

const options = { as: { type: 'string' }, ...noteOptions } as const

/**
 * Closes by hand a refund that the provider's answers leave open, once a person knows whether the money went back. The provider
 * is not called. Exit code 1 if there is no such refund, or it is settled already.
 */
export async function refund(args: readonly string[], context: CliContext): Promise<number> {
  const { checkoutId, refundId, as, by, note } = parse(args)
  return withCheckout(checkoutId, context, async (before, repository) => {
    const refund = before.refunds.find(({ id }) => id === refundId)
    if (!refund) {
      context.say(refundsOf(before))
      return 1
    }
    const command = { type: 'refund_closed', refundId, as, by, note } as const
    const after = await repository.tryRecord(checkoutId, command)
    if (!after) {
      const latest = (await repository.get(checkoutId))?.refunds.find(({ id }) => id === refundId)
      const { status } = latest ?? refund
      context.say(`${name(before, refund)} is already ${status}: nothing was changed.`)
      return 1
    }
    context.say(`${name(after, refund)} is closed as ${as}.`)
    if (as === 'failed') context.say('Its amount can be refunded again.')
    if (isOverRefunded(after)) context.say('! More has been refunded than was paid.')
    return 0
  })
}

function parse(args: readonly string[]): RefundClosingArgs {
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [checkoutId, refundId, ...rest] = positionals
  if (!checkoutId || !refundId || rest.length > 0)
    throw new UsageError('refund takes a checkout id and a refund id.')
  const { as } = values
  if (as !== 'refunded' && as !== 'failed')
    throw new UsageError('refund requires --as refunded or --as failed.')
  return { checkoutId, refundId, as, ...noteOf('refund', values) }
}

const name = ({ reference, currency }: Checkout, { id, amount }: Refund) =>
  `The refund ${id} of ${money(amount, currency)} for ${reference}`

const refundsOf = ({ reference, currency, refunds }: Checkout): string =>
  refunds.length === 0
    ? `${reference} has no refunds.`
    : `Refund not found. ${reference} has: ${refunds.map(({ id, amount, status }) => `${id} (${money(amount, currency)}, ${status})`).join(', ')}.`
