import type { AddressInfo } from 'node:net'

import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'

import { createApi, type Env } from './api.ts'
import { Callbacks } from './callbacks.ts'
import { createCheckout } from './checkout.ts'
import { realClock, type Clock } from './clock.ts'
import { createExchange } from './exchange.ts'
import { Faults, faultKinds, readFault } from './faults.ts'
import { Ledger } from './ledger.ts'
import { Notifier } from './notifier.ts'
import { createPartnerApi } from './partner.ts'
import { createPhone } from './phone.ts'
import { sandbox } from './sandbox.ts'
import { Schedule } from './schedule.ts'
import { createTestApi } from './test-api.ts'
import { createApiV2 } from './v2/api.ts'
import { cartView, ledgerView, type CartView, type LedgerView } from './view.ts'

export type { CartView, Clock, LedgerView }

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  readonly appId?: string
  readonly secretKey?: string
  /** Signs answers and callbacks, where a rotation has not reached them yet; default: `secretKey`. */
  readonly signingKey?: string
  /** The shop's name on the phone. */
  readonly merchant?: string
  /** How long the customer is asked; three minutes on a screenshot of Netgíró's test site. */
  readonly approvalMs?: number
  /** How long the code from an SMS is good for; five minutes on Netgíró's page of test codes. */
  readonly codeMs?: number
  /** What InsertCart says in ProcessCartCheckIntervalMiliseconds; may be null, as in the documents. */
  readonly pollIntervalMs?: number | null
  /** Whether PaymentInfo names the payment by an id that is not the cart's, as its description reads. */
  readonly paymentIdDiffers?: boolean
  readonly callbackRetryMs?: number
  readonly callbackTimeoutMs?: number
  readonly clock?: Clock
}

export interface FaultWish {
  readonly call: keyof typeof faultKinds
  readonly kind: (typeof faultKinds)[keyof typeof faultKinds][number]
  readonly times?: number
  readonly ms?: number
  readonly code?: number
  readonly message?: string
  readonly location?: string
  readonly effect?: boolean
  readonly cart?: string
  readonly amount?: number
  readonly about?: string
}

export interface Simulator {
  readonly url: string
  readonly apiUrl: string
  readonly v2Url: string
  readonly partnerUrl: string
  readonly customerUrl: string
  /** Everything it holds, as `GET /simulator/carts` answers it. */
  ledger(): LedgerView
  cart(transactionId: string): CartView | undefined
  /** Each answers whether the cart was waiting. */
  approve(transactionId: string): boolean
  reject(transactionId: string): boolean
  expire(transactionId: string): boolean
  fault(wish: FaultWish): void
  /** What has not gone wrong yet goes right. */
  clearFaults(): void
  reset(): void
  /** Ends every timer and socket. */
  close(): Promise<void>
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', clock = realClock, pollIntervalMs = 2000 } = options
  const { appId = sandbox.appId, secretKey = sandbox.secretKey } = options
  const { signingKey = secretKey } = options
  const { approvalMs = 180_000, codeMs = 300_000, merchant = 'Prufuverslun' } = options
  const { paymentIdDiffers = false } = options
  const { callbackRetryMs: retryMs = 5000, callbackTimeoutMs: timeoutMs = 10_000 } = options

  const faults = new Faults()
  // Two, because a reset forgets the carts' future and must still give the answers that it owes.
  const schedule = new Schedule(clock)
  const answering = new Schedule(clock)
  const callbacks = new Callbacks({ secretKey: signingKey, schedule, faults, timeoutMs, retryMs })
  const notifier = new Notifier(callbacks, clock)
  const ledger = new Ledger({
    ...{ clock, schedule, notifier, faults },
    ...{ approvalMs, codeMs, paymentIdDiffers },
  })
  const checkout = createCheckout(ledger, pollIntervalMs)
  const reset = () => {
    schedule.clear()
    callbacks.stop()
    faults.clear()
    ledger.clear()
  }

  const credentials = { appId, secretKey, signingKey }
  // Paths in any case: the documents themselves changed theirs.
  const app = new Hono<Env>({ getPath: (request) => getPath(request).toLowerCase() })
  const exchange = createExchange({ ledger, faults, schedule: answering })
  app.route('/v1', createApi({ credentials, ledger, checkout, faults, exchange }))
  app.route('/v2', createApiV2({ appId, ledger, faults, exchange, pollIntervalMs }))
  app.route('/partner', createPartnerApi({ secretKey, ledger, faults, exchange }))
  app.route('/customer', createPhone({ clock, ledger, merchant }))
  app.route('/simulator', createTestApi({ ledger, faults, reset }))
  app.get('/', (c) => c.redirect('/customer'))

  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

  const url = `http://${host}:${(server.address() as AddressInfo).port}`
  const deed = (name: 'approve' | 'reject' | 'expire') => (transactionId: string) => {
    const entry = ledger.find(transactionId)
    return entry !== undefined && ledger[name](entry)
  }
  return {
    url,
    apiUrl: `${url}/v1`,
    v2Url: `${url}/v2`,
    partnerUrl: `${url}/partner`,
    customerUrl: `${url}/customer`,
    ledger: () => ledgerView(ledger, faults),
    cart: (transactionId) => {
      const entry = ledger.find(transactionId)
      return entry && cartView(entry)
    },
    approve: deed('approve'),
    reject: deed('reject'),
    expire: deed('expire'),
    fault: (wish) => {
      const fault = readFault(wish)
      if (!fault) throw new TypeError(`There is no fault ${wish.kind} of ${wish.call}.`)
      faults.add(fault)
    },
    clearFaults: () => faults.clear(),
    reset,
    close: async () => {
      reset()
      answering.clear()
      await callbacks.close()
      await new Promise((resolve) => {
        server.close(resolve)
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}
