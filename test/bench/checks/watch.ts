import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { newAttemptDefaults } from '../../../server/core/checkout.ts'
import type { Checkout } from '../../../server/core/checkout.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import type { CheckoutStore } from '../../../server/core/store.ts'
import { payerOf } from '../../../server/core/payer.ts'
import { AttemptWorker } from '../../../server/core/attempts/attempt-worker.ts'
import type { Clock } from '../../../server/core/clock.ts'
import { soleOwner } from '../../../server/core/ownership.ts'
import { netgiro } from '../../../server/providers/netgiro/v1/adapter.ts'
import { Providers } from '../../../server/core/provider.ts'
import type { Provider } from '../../../server/core/provider.ts'
import { credentials, order } from '../harness/order.ts'

/** The real attempt worker on the real adapter. "Not yet" changes nothing, so there is never anything to write. */
export function watch(port: number, clock: Clock, onAnswer: () => void) {
  const provider = netgiro(
    { ...credentials, apiUrl: `http://127.0.0.1:${port}/v1` },
    'manual',
    Date.now,
    () => soleOwner.permit(),
  )
  const counted: Provider = {
    ...provider,
    async check(providerRef) {
      const result = await provider.check(providerRef)
      // An answer that is rejected would cost less.
      if (result.type !== 'pending') throw new Error(`CheckCart: ${result.type}`)
      onAnswer()
      return result
    },
  }
  const onError = (error: unknown) => {
    throw error
  }
  const newId = (prefix: string) => prefix
  const pubsub = new PubSub()
  const repository = new CheckoutRepository({
    store: noStore,
    pubsub,
    clock,
    newId,
    limits: defaultLimits,
    receipt: noReceipts,
  })
  const worker = new AttemptWorker({
    ...{ store: noStore, repository, providers: new Providers([counted]), clock },
    ...{ codeTries: 3, captureApproval: null, onError },
  })
  return {
    worker,
    async stop() {
      await worker.stop()
      await provider.close()
    },
  }
}

const refuse = () => Promise.reject(new Error('there is nothing to write'))
const noStore: CheckoutStore = {
  create: refuse,
  load: refuse,
  versionsOf: refuse,
  withSessions: refuse,
  findBySession: refuse,
  revokeSessions: refuse,
  lastChangeAt: refuse,
  findByReference: refuse,
  findByToken: refuse,
  history: refuse,
  save: refuse,
  countRepeat: refuse,
  openToPhone: refuse,
  overtaken: refuse,
  countInReview: refuse,
  countLateChecks: refuse,
  correctFutureTimes: refuse,
  begin: refuse,
  unfinished: refuse,
  refunding: refuse,
  inReview: refuse,
  search: refuse,
  withReference: refuse,
  findByProviderRef: refuse,
  paidLate: refuse,
  firstToExpire: refuse,
  lateChecks: refuse,
  setLateCheck: refuse,
  purge: refuse,
}

/** A checkout without a deadline. */
export const waiting = (index: number): Checkout => ({
  ...order(`BENCH-${index}`),
  id: `chk_${index}`,
  items: [],
  provider: 'netgiro',
  channel: 'web',
  locationId: null,
  registerId: null,
  metadata: {},
  status: 'awaiting_shopper',
  version: 3,
  createdAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
  closing: null,
  paidAt: null,
  paidAttemptId: null,
  late: false,
  review: null,
  reviewClosedAt: null,
  replaces: null,
  options: null,
  refunds: [],
  attempts: [
    {
      id: `att_${index}`,
      reference: `BENCH-${index}-k4m7r2xq`,
      token: `cs_${index}`,
      payer: payerOf({ kind: 'phone', value: '8223281' }, 'hash'),
      startedAt: 0,
      approvalExpiresAt: Number.MAX_SAFE_INTEGER,
      connection: null,
      ...newAttemptDefaults,
      providerRef: `cart-${index}`,
      pollIntervalMs: 1_000,
    },
  ],
})
