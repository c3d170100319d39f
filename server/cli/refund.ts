import { parseArgs } from 'node:util'
import type { Checkout, OperatorNote, Refund } from '../core/checkout.ts'
import { readConfig } from '../config.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { openExisting } from './database.ts'
import { repositoryFor } from './repository.ts'

interface RefundClosingArgs extends OperatorNote {
  readonly checkoutId: string
  readonly refundId: string
  readonly as: 'refunded' | 'failed'
}

const options = {
  as: { type: 'string' },
  by: { type: 'string' },
  note: { type: 'string' },
} as const

/**
 * Settles by hand a refund that the provider's answers leave open, once a person has found out what became of it. The
 * provider is not called. Exit code 1 where there is no such refund, or it has ended already.
 */
export async function refund(args: readonly string[], world: CliContext): Promise<number> {
  const { checkoutId, refundId, as, by, note } = read(args)
  const config = readConfig(world.env)
  const database = await openExisting(config)
  try {
    const repository = repositoryFor(
      config,
      checkoutStore(database, { sendsWebhooks: config.webhook !== null }),
      world,
    )
    const before = await repository.get(checkoutId)
    const known = before?.refunds.find(({ id }) => id === refundId)
    if (!before || !known) {
      world.say(before ? refundsOf(before) : `There is no checkout ${checkoutId}.`)
      return 1
    }
    const fact = { type: 'refund_closed', refundId, as, by, note } as const
    const after = await repository.record(checkoutId, fact, null)
    if (after.version === before.version) {
      world.say(`${name(before, known)} is ${known.status} already: nothing was changed.`)
      return 1
    }
    world.say(`${name(after, known)} is closed as ${as}.`)
    if (as === 'failed') world.say('Its amount may be refunded again.')
    if (after.review === 'refund_exceeds_payment')
      world.say('! More has been given back than was paid.')
    return 0
  } finally {
    await database.close()
  }
}

function read(args: readonly string[]): RefundClosingArgs {
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [checkoutId, refundId, ...more] = positionals
  if (!checkoutId || !refundId || more.length > 0)
    throw new UsageError('refund takes a checkout id and a refund id.')
  const { as } = values
  if (as !== 'refunded' && as !== 'failed')
    throw new UsageError('refund needs --as refunded or --as failed.')
  return { checkoutId, refundId, as, by: text('by', values.by), note: text('note', values.note) }
}

function text(option: string, value = ''): string {
  const trimmed = value.trim()
  if (trimmed === '' || trimmed.length > 500)
    throw new UsageError(`refund needs --${option} with a text of at most 500 characters.`)
  return trimmed
}

const name = ({ reference }: Checkout, { id, amount }: Refund) =>
  `The refund ${id} of ${amount} for ${reference}`

const refundsOf = ({ reference, refunds }: Checkout): string =>
  refunds.length === 0
    ? `${reference} has no refunds.`
    : `There is no such refund. ${reference} has: ${refunds.map(({ id, amount, status }) => `${id} (${amount}, ${status})`).join(', ')}.`
