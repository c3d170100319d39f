import type { RequestListener } from 'node:http'

import { CallbackSender } from '../simulator-kit/callback-sender.ts'
import { realClock, type Clock } from '../simulator-kit/clock.ts'
import { createApp, listen } from '../simulator-kit/http.ts'
import { Schedule } from '../simulator-kit/schedule.ts'
import { createApi } from './api.ts'
import { createCalls } from './calls.ts'
import { createFaults, type AvardaFaultSpec } from './faults.ts'
import { createForm } from './form.ts'
import { localTimeIn } from './local-time.ts'
import { Notifications } from './notifications.ts'
import { Purchases, type OpenOptions, type PurchaseRecord } from './purchases.ts'
import { defaultSites, type Site } from './sites.ts'
import { State } from './states.ts'
import { createTestApi } from './test-api.ts'
import { purchasesView, purchaseView, type PurchasesView, type PurchaseView } from './view.ts'

export { State }
export type { AvardaFaultSpec, Clock, PurchasesView, OpenOptions, PurchaseView, Site }

export interface AvardaSimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  readonly sites?: readonly Site[]
  /** When a session expires; Checkout 3's half hour, because Checkout 2 documents none. */
  readonly sessionMs?: number
  /** The time zone of local times. */
  readonly timeZone?: string
  /** Where Avarda's field table and its messages contradict each other, the wider limit counts. */
  readonly lenient?: boolean
  /** The static Authorization header of the notification; none by default. */
  readonly notificationAuthorization?: string
  readonly notificationRetryMs?: number
  readonly notificationTries?: number
  readonly notificationTimeoutMs?: number
  readonly clock?: Clock
}

export interface AvardaSimulator {
  readonly url: string
  /** Ends in `/CheckOut2`: the script is at `/Scripts/CheckOutClient.js` below it, the calls at `/CheckOut2Api`. */
  readonly apiUrl: string
  readonly scriptUrl: string
  /** Takes requests of another server of the same process, such as one that watches what passes. */
  readonly handle: RequestListener
  /** All purchases, counts and pending faults: what `GET /simulator/purchases` returns. */
  inspect(): PurchasesView
  purchases(): readonly PurchaseView[]
  purchase(id: string): PurchaseView | undefined
  /** Each returns whether the transition was possible. */
  open(id: string, options?: OpenOptions): boolean
  approve(id: string): boolean
  decline(id: string): boolean
  /** By the payer: state 3. The site's own CancelPayment is a call of the API. */
  cancel(id: string): boolean
  timeOut(id: string): boolean
  handOver(id: string): boolean
  /** To a state that the table of transitions allows, or to any with `force`. */
  advance(id: string, state: State, options?: { readonly force?: boolean }): boolean
  fault(spec: AvardaFaultSpec): void
  reset(): void
  /** Ends all timers and connections. */
  close(): Promise<void>
}

/** Starts a simulator of Avarda Checkout 2 on a port of its own. */
export async function startAvardaSimulator(
  options: AvardaSimulatorOptions = {},
): Promise<AvardaSimulator> {
  const { port = 0, host = '127.0.0.1', clock = realClock, sites = defaultSites } = options
  const { sessionMs = 30 * 60_000, timeZone = 'Europe/Stockholm', lenient = false } = options
  const { notificationRetryMs: retryMs = 10 * 60_000, notificationTries: tries = 20 } = options
  const { notificationTimeoutMs: timeoutMs = 10_000 } = options
  const { notificationAuthorization: authorization = null } = options

  const faults = createFaults()
  // Two, because a reset cancels pending notifications, but not responses that are only delayed.
  const schedule = new Schedule(clock)
  const responseDelays = new Schedule(clock)
  const sender = new CallbackSender(schedule, timeoutMs)
  const notifications = new Notifications({
    ...{ sender, schedule, faults, authorization, retryMs, tries },
  })
  const purchases = new Purchases({ clock, notifications, sessionMs })
  const calls = createCalls({ purchases, lenient, localTime: localTimeIn(timeZone) })
  const reset = () => {
    schedule.clear()
    sender.stop()
    faults.clear()
    purchases.clear()
  }

  const app = createApp()
  app.route(
    '/checkout2/checkout2api',
    createApi({ sites, purchases, calls, faults, schedule: responseDelays }),
  )
  app.route('/checkout2', createForm({ purchases, faults }))
  app.route('/simulator', createTestApi({ purchases, faults, reset }))

  const server = await listen(app, port, host)
  const { url, handle } = server
  return {
    url,
    apiUrl: `${url}/CheckOut2`,
    scriptUrl: `${url}/CheckOut2/Scripts/CheckOutClient.js`,
    handle,
    inspect: () => purchasesView(purchases, faults),
    purchases: () => purchases.all().map(purchaseView),
    purchase: (id) => {
      const record = purchases.find(id)
      return record && purchaseView(record)
    },
    ...payerActions(purchases),
    fault: (spec) => {
      if (!faults.add(spec)) throw new TypeError(`There is no fault ${spec.kind} of ${spec.call}.`)
    },
    reset,
    close: async () => {
      reset()
      responseDelays.clear()
      await sender.close()
      await server.close()
    },
  }
}

/** By the id of a purchase; false where there is none, or where its state does not allow the action. */
function payerActions(
  purchases: Purchases,
): Pick<
  AvardaSimulator,
  'open' | 'approve' | 'decline' | 'cancel' | 'timeOut' | 'handOver' | 'advance'
> {
  const onPurchase = (id: string, action: (record: PurchaseRecord) => boolean) => {
    const record = purchases.find(id)
    return record !== undefined && action(record)
  }
  return {
    open: (id, options) => onPurchase(id, (record) => purchases.open(record, options)),
    approve: (id) => onPurchase(id, (record) => purchases.approve(record)),
    decline: (id) => onPurchase(id, (record) => purchases.decline(record)),
    cancel: (id) => onPurchase(id, (record) => purchases.cancel(record)),
    timeOut: (id) => onPurchase(id, (record) => purchases.timeOut(record)),
    handOver: (id) => onPurchase(id, (record) => purchases.handOver(record)),
    advance: (id, state, { force = false } = {}) =>
      onPurchase(id, (record) => purchases.advance(record, state, force)),
  }
}
