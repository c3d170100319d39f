import { parseArgs } from 'node:util'
import { Feed } from '../checkout/feed.ts'
import { Ledger } from '../checkout/ledger.ts'
import { readConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { countUnnamed, reconcile as reconciled } from '../ops/reconcile.ts'
import { configuredProviders } from '../providers/configured.ts'
import { Providers } from '../providers/provider.ts'
import { createSecrets } from '../secrets.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import type { Database } from '../store/database.ts'
import { UsageError } from './command.ts'
import type { World } from './command.ts'
import { openExisting } from './database.ts'

/**
 * After a restored backup, or whenever there is doubt: what the provider says today is written down, and the shop is told of
 * it by the running server, or by the next one to start. Exit code 1 if an answer is missing or contradicts what we hold.
 */
export async function reconcile(args: readonly string[], world: World): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { since: { type: 'string' } } })
  const since = readDate(values.since)
  const config = readConfig(world.env)
  const database = await openExisting(config)
  const providers = new Providers(configuredProviders(config, () => world.clock.now()))
  try {
    const ledger = ledgerOf(config, database, world)
    return await report(reconciled({ database, ledger, providers }, since), world.say, () =>
      countUnnamed(database, since),
    )
  } finally {
    await providers.close()
    await database.close()
  }
}

async function report(
  results: ReturnType<typeof reconciled>,
  say: World['say'],
  unnamed: () => Promise<number>,
): Promise<number> {
  const tally = { asked: 0, changed: 0, unanswered: 0, contradicted: 0 }
  for await (const { before, after, fact, contradicted } of results) {
    const name = `${after.reference} (${after.id})`
    tally.asked++
    if (fact.type === 'unknown' || fact.type === 'not_sent') {
      tally.unanswered++
      say(`? ${name}: no answer (${fact.evidence.code})`)
    } else if (contradicted) {
      tally.contradicted++
      say(`! ${name}: paid here, and Netgíró says that it is not (${fact.evidence.code})`)
    } else if (after.version !== before.version) {
      tally.changed++
      const to = before.status === after.status ? `still ${after.status}` : `→ ${after.status}`
      say(`* ${name}: ${before.status} ${to} (${fact.evidence.code})`)
    }
  }
  const { asked, changed, unanswered, contradicted } = tally
  say(`Asked about ${asked}, changed ${changed}, without an answer ${unanswered}.`)
  const count = await unnamed()
  if (count > 0) say(`Netgíró never named ${count} more to us: nobody can be asked about these.`)
  return unanswered + contradicted > 0 ? 1 : 0
}

/** Records facts and does nothing else: to act on them is for the server. */
const ledgerOf = (
  { netgiro: { secretKey }, limits, webhook }: Config,
  database: Database,
  { clock }: World,
) =>
  new Ledger({
    store: checkoutStore(database, { tellsShop: webhook !== null }),
    feed: new Feed(),
    clock,
    newId: createSecrets(secretKey, () => clock.now()).newId,
    limits,
    onChange: () => {},
  })

function readDate(text: string | undefined): number {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(
    text ?? '',
  )
  const at = isDate ? Date.parse(text ?? '') : NaN
  if (Number.isNaN(at))
    throw new UsageError('reconcile needs --since with a date such as 2026-11-20.')
  return at
}
