import { usualLimits } from '../../../server/checkout/budget.ts'
import { untouched } from '../../../server/checkout/checkout.ts'
import type { Checkout } from '../../../server/checkout/checkout.ts'
import { Feed } from '../../../server/checkout/feed.ts'
import { Ledger } from '../../../server/checkout/ledger.ts'
import type { CheckoutStore } from '../../../server/checkout/ports.ts'
import { payerOf } from '../../../server/checkout/payer.ts'
import { Watcher } from '../../../server/checkout/watcher.ts'
import type { Clock } from '../../../server/clock.ts'
import { netgiro } from '../../../server/providers/netgiro/adapter.ts'
import { Providers } from '../../../server/providers/provider.ts'
import type { Provider } from '../../../server/providers/provider.ts'
import { credentials, order } from '../harness/order.ts'

/** The real watcher on the real adapter. "Not yet" changes nothing, so there is never anything to write. */
export function watch(port: number, clock: Clock, onAnswer: () => void) {
  const provider = netgiro(
    { ...credentials, apiUrl: `http://127.0.0.1:${port}/v1` },
    'manual',
    Date.now,
  )
  const counted: Provider = {
    ...provider,
    async check(providerRef) {
      const fact = await provider.check(providerRef)
      // A wrong answer would be a cheap one.
      if (fact.type !== 'pending') throw new Error(`CheckCart: ${fact.type}`)
      onAnswer()
      return fact
    },
  }
  const onTrouble = (error: unknown) => {
    throw error
  }
  const newId = (prefix: string) => prefix
  const onChange = () => {}
  const feed = new Feed()
  const ledger = new Ledger({ store: noStore, feed, clock, newId, limits: usualLimits, onChange })
  const watcher = new Watcher({
    ...{ ledger, providers: new Providers([counted]), clock },
    ...{ codeTries: 3, gate: null, onTrouble },
  })
  return {
    watcher,
    async stop() {
      await watcher.stop()
      await provider.close()
    },
  }
}

const refuse = () => Promise.reject(new Error('there is nothing to write'))
const noStore: CheckoutStore = {
  create: refuse,
  load: refuse,
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
  countLateChecks: refuse,
  bringBack: refuse,
  begin: refuse,
  unfinished: refuse,
  refunding: refuse,
  firstToExpire: refuse,
  lateChecks: refuse,
  setLateCheck: refuse,
  purge: refuse,
}

/** A checkout whose shopper has all the time in the world. */
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
      windowEndsAt: Number.MAX_SAFE_INTEGER,
      connection: null,
      ...untouched,
      providerRef: `cart-${index}`,
      paceMs: 1_000,
    },
  ],
})
