import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { countUnnamed, paymentsOf, reconcile as reconciled } from '../ops/reconcile.ts'
import type { Reconciled } from '../ops/reconcile.ts'
import { pendingRefunds } from '../ops/refunds.ts'
import type { PendingRefund } from '../ops/refunds.ts'
import { configuredProviders } from '../providers/configured.ts'
import { Providers } from '../core/provider.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { openExisting } from './database.ts'
import { repositoryFor } from './repository.ts'

/**
 * After a restored backup, or whenever there is doubt: what the provider says today is written down, and the shop is told of
 * it by the running server, or by the next one to start. Exit code 1 if an answer is missing or contradicts what we hold, or
 * if a person has to act.
 */
export async function reconcile(args: readonly string[], world: CliContext): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { since: { type: 'string' } } })
  const since = readDate(values.since)
  const config = readConfig(world.env)
  const database = await openExisting(config)
  const providers = new Providers(configuredProviders(config, () => world.clock.now()))
  try {
    const store = checkoutStore(database, { sendsWebhooks: config.webhook !== null })
    const repository = repositoryFor(config, store, world)
    const isClean = await report(reconciled({ database, repository, providers }, since), world.say)
    const unnamed = await countUnnamed(database, since)
    if (unnamed > 0)
      world.say(`Netgíró never named ${unnamed} more to us: nobody can be asked about these.`)
    const refunds = await reportRefunds(pendingRefunds(store, world.clock.now()), world.say)
    return isClean && refunds === 0 ? 0 : 1
  } finally {
    await providers.close()
    await database.close()
  }
}

async function report(
  results: ReturnType<typeof reconciled>,
  say: CliContext['say'],
): Promise<boolean> {
  const tally = { asked: 0, changed: 0, unanswered: 0, contradicted: 0 }
  const paidTwice = new Map<string, Reconciled['after']>()
  for await (const result of results) {
    const { before, after, fact, contradicted } = result
    tally.asked++
    if (after.version !== before.version) tally.changed++
    if (fact.type === 'unknown' || fact.type === 'not_sent') tally.unanswered++
    else if (contradicted) tally.contradicted++
    const line = lineOf(result)
    if (line !== null) say(line)
    if (paymentsOf(after).length > 1) paidTwice.set(after.id, after)
  }
  for (const checkout of paidTwice.values()) say(paidTwiceLine(checkout))
  const { asked, changed, unanswered, contradicted } = tally
  say(`Asked about ${asked}, changed ${changed}, without an answer ${unanswered}.`)
  return unanswered + contradicted + paidTwice.size === 0
}

const nameOf = ({ reference, id }: Reconciled['after']) => `${reference} (${id})`

/** Null: nothing new. */
function lineOf({ before, after, fact, contradicted }: Reconciled): string | null {
  const { code } = fact.evidence
  const name = nameOf(after)
  if (fact.type === 'unknown' || fact.type === 'not_sent') return `? ${name}: no answer (${code})`
  if (contradicted) return `! ${name}: paid here, and Netgíró says that it is not (${code})`
  if (after.version === before.version) return null
  const to = before.status === after.status ? `still ${after.status}` : `→ ${after.status}`
  return `* ${name}: ${before.status} ${to} (${code})`
}

const paidTwiceLine = (checkout: Reconciled['after']): string => {
  const payments = paymentsOf(checkout).map(
    ({ reference, transactionId, amount, left }) =>
      `${amount} by ${reference} (TransactionId ${transactionId ?? 'unknown'}, ${left} not given back)`,
  )
  return `! ${nameOf(checkout)}: paid twice: ${payments.join('; ')}. One of these must be refunded.`
}

/** Answers how many need a person. */
async function reportRefunds(
  refunds: AsyncIterable<PendingRefund>,
  say: CliContext['say'],
): Promise<number> {
  let count = 0
  for await (const { checkout, refund, concern } of refunds) {
    if (concern === null) continue
    count++
    const said = refund.lastAnswer
      ? `${refund.lastAnswer.call} ${refund.lastAnswer.code}`
      : 'no answer'
    const why = {
      refused: 'refused, and an earlier try may have given the money back',
      overdue: 'without an end for more than a day',
    }[concern]
    say(
      `! ${nameOf(checkout)}: refund ${refund.id} of ${refund.amount}: ${why} (${said}). Look it up in the partner portal, then: netgiro-checkout refund ${checkout.id} ${refund.id} --as refunded|failed --by … --note …`,
    )
  }
  return count
}

function readDate(text: string | undefined): number {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(
    text ?? '',
  )
  const at = isDate ? Date.parse(text ?? '') : NaN
  if (Number.isNaN(at))
    throw new UsageError('reconcile needs --since with a date such as 2026-11-20.')
  return at
}
