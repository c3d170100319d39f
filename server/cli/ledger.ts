import { Feed } from '../checkout/feed.ts'
import { Ledger } from '../checkout/ledger.ts'
import type { Config } from '../config.ts'
import { createSecrets } from '../secrets.ts'
import type { checkoutStore } from '../store/checkout-store.ts'
import type { World } from './command.ts'

/** Records facts and does nothing else: to act on them is for the server. */
export const ledgerFor = (
  { netgiro: { secretKey }, limits }: Config,
  store: ReturnType<typeof checkoutStore>,
  { clock }: World,
) =>
  new Ledger({
    store,
    feed: new Feed(),
    clock,
    newId: createSecrets(secretKey, () => clock.now()).newId,
    limits,
    onChange: () => {},
  })
