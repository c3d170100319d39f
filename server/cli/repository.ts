import { PubSub } from '../core/pubsub.ts'
import { defaultLimits } from '../core/rate-limits.ts'
import { CheckoutRepository } from '../core/repository.ts'
import type { CheckoutStore } from '../core/store.ts'
import { newIdAt } from '../crypto.ts'
import type { CliContext } from './command.ts'

/** Only records changes; the server acts on them. */
export const repositoryFor = (store: CheckoutStore, { clock }: CliContext) =>
  new CheckoutRepository({
    store,
    pubsub: new PubSub(),
    clock,
    newId: (prefix) => newIdAt(prefix, clock.now()),
    // Nothing is started here.
    limits: defaultLimits,
  })
