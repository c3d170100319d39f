import type { RequestListener } from 'node:http'

import { CallbackSender } from '../simulator-kit/callback-sender.ts'
import { realClock, type Clock } from '../simulator-kit/clock.ts'
import { createApp, listen } from '../simulator-kit/http.ts'
import { Schedule } from '../simulator-kit/schedule.ts'
import { createApi } from './api.ts'
import { Callbacks } from './callbacks.ts'
import { createCalls } from './calls.ts'
import { Carts } from './carts.ts'
import { createExchange } from './exchange.ts'
import { createFaults, type FaultSpec } from './faults.ts'
import { Notifier } from './notifier.ts'
import { createPartnerApi } from './partner.ts'
import { createPhone } from './phone.ts'
import { sandbox } from './sandbox.ts'
import { createTestApi } from './test-api.ts'
import { createApiV2 } from './v2/api.ts'
import { cartsView, cartView, type CartsView, type CartView } from './view.ts'

export type { CartView, Clock, FaultSpec, CartsView }

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  readonly appId?: string
  readonly secretKey?: string
  /** Signs responses and callbacks, for a key rotation that has not reached them yet; default: `secretKey`. */
  readonly signingKey?: string
  /** The shop's name on the phone. */
  readonly merchant?: string
  /** How long a request waits for the customer; three minutes on a screenshot of Netgíró's test site. */
  readonly approvalTimeoutMs?: number
  /** How long the code from an SMS is valid; five minutes on Netgíró's page of test codes. */
  readonly codeLifetimeMs?: number
  /** ProcessCartCheckIntervalMiliseconds in InsertCart's response; the documents allow null. */
  readonly pollIntervalMs?: number | null
  /** Whether the TransactionId in PaymentInfo differs from the cart's, as its description can be read. */
  readonly paymentIdDiffers?: boolean
  readonly callbackRetryMs?: number
  readonly callbackTimeoutMs?: number
  readonly clock?: Clock
}

export interface Simulator {
  readonly url: string
  readonly apiUrl: string
  readonly v2Url: string
  readonly partnerUrl: string
  readonly customerUrl: string
  /** Takes requests of another server of the same process, such as one that watches what passes. */
  readonly handle: RequestListener
  /** All carts, counts and pending faults: what `GET /simulator/carts` returns. */
  inspect(): CartsView
  cart(transactionId: string): CartView | undefined
  /** Each returns whether the cart was waiting. */
  approve(transactionId: string): boolean
  reject(transactionId: string): boolean
  expire(transactionId: string): boolean
  fault(spec: FaultSpec): void
  /** Clears the pending faults. */
  clearFaults(): void
  reset(): void
  /** From now on the shop has another secret key; answers and callbacks are signed with `signingKey`, which may lag behind. */
  rotateSecret(secretKey: string, signingKey?: string): void
  /** Ends all timers and connections. */
  close(): Promise<void>
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1' } = options
  const parts = createParts(options)
  const server = await listen(createRoutes(parts, options), port, host)
  return control(parts, server)
}

const defaults = {
  clock: realClock,
  appId: sandbox.appId,
  secretKey: sandbox.secretKey,
  merchant: 'Prufuverslun',
  pollIntervalMs: 2000 as number | null,
  approvalTimeoutMs: 180_000,
  codeLifetimeMs: 300_000,
  paymentIdDiffers: false,
  callbackRetryMs: 5000,
  callbackTimeoutMs: 10_000,
}

function createParts(options: SimulatorOptions) {
  const { clock, appId, secretKey, callbackRetryMs, callbackTimeoutMs, ...rest } = {
    ...defaults,
    ...options,
  }
  const { signingKey = secretKey } = options
  const credentials = { appId, secretKey, signingKey }
  const { approvalTimeoutMs, codeLifetimeMs, paymentIdDiffers } = rest
  const faults = createFaults()
  // Two, because a reset cancels what would happen to carts, but not responses that are only delayed.
  const schedule = new Schedule(clock)
  const responseDelays = new Schedule(clock)
  const sender = new CallbackSender(schedule, callbackTimeoutMs)
  const callbacks = new Callbacks({
    ...{ sender, credentials, schedule, faults },
    retryMs: callbackRetryMs,
  })
  const notifier = new Notifier(callbacks, clock)
  const carts = new Carts({
    ...{ clock, schedule, notifier, faults },
    ...{ approvalTimeoutMs, codeLifetimeMs, paymentIdDiffers },
  })
  const reset = () => {
    schedule.clear()
    sender.stop()
    faults.clear()
    carts.clear()
  }
  return { clock, faults, responseDelays, sender, carts, reset, credentials }
}

type Parts = ReturnType<typeof createParts>

function createRoutes(parts: Parts, options: SimulatorOptions) {
  const { clock, faults, responseDelays, carts, reset, credentials } = parts
  const { merchant, pollIntervalMs } = { ...defaults, ...options }
  const calls = createCalls(carts, pollIntervalMs)
  const { appId } = credentials
  const app = createApp()
  const exchange = createExchange({ carts, faults, schedule: responseDelays })
  app.route('/v1', createApi({ credentials, carts, calls, faults, exchange }))
  app.route('/v2', createApiV2({ appId, carts, faults, exchange, pollIntervalMs }))
  app.route('/partner', createPartnerApi({ credentials, carts, faults, exchange }))
  app.route('/customer', createPhone({ clock, carts, merchant }))
  app.route('/simulator', createTestApi({ carts, faults, reset }))
  app.get('/', (c) => c.redirect('/customer'))
  return app
}

function control(
  { carts, faults, responseDelays, sender, reset, credentials }: Parts,
  server: Awaited<ReturnType<typeof listen>>,
): Simulator {
  const { url, handle } = server
  const call = (name: 'approve' | 'reject' | 'expire') => (transactionId: string) => {
    const record = carts.find(transactionId)
    return record !== undefined && carts[name](record)
  }
  return {
    url,
    apiUrl: `${url}/v1`,
    v2Url: `${url}/v2`,
    partnerUrl: `${url}/partner`,
    customerUrl: `${url}/customer`,
    handle,
    inspect: () => cartsView(carts, faults),
    cart: (transactionId) => {
      const record = carts.find(transactionId)
      return record && cartView(record)
    },
    approve: call('approve'),
    reject: call('reject'),
    expire: call('expire'),
    fault: (spec) => {
      if (!faults.add(spec)) throw new TypeError(`There is no fault ${spec.kind} of ${spec.call}.`)
    },
    clearFaults: () => faults.clear(),
    reset,
    rotateSecret: (secretKey, signingKey = secretKey) =>
      void Object.assign(credentials, { secretKey, signingKey }),
    close: async () => {
      reset()
      responseDelays.clear()
      await sender.close()
      await server.close()
    },
  }
}
