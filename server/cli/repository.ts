import { PubSub } from '../core/pubsub.ts'
import { CheckoutRepository } from '../core/repository.ts'
import type { Config } from '../config.ts'
import { createSecrets } from '../crypto.ts'
import { receiptKeys } from '../receipts.ts'
import type { checkoutStore } from '../store/checkout-store.ts'
import type { CliContext } from './command.ts'

/** Only records changes; the server acts on them. */
export const repositoryFor = (
  { netgiro: { secretKey }, limits, receiptKeys: seeds, publicUrl }: Config,
  store: ReturnType<typeof checkoutStore>,
  { clock }: CliContext,
) =>
  new CheckoutRepository({
    store,
    pubsub: new PubSub(),
    clock,
    newId: createSecrets(secretKey, () => clock.now()).newId,
    limits,
    receipt: receiptKeys(seeds, publicUrl).issue,
  })
