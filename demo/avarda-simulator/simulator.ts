import type { AddressInfo } from 'node:net'

import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'

import { createApi, type Env } from './api.ts'
import { createCalls } from './calls.ts'
import { Later, realClock, type Clock } from './clock.ts'
import { Faults, faultKinds, readFault } from './faults.ts'
import { createForm } from './form.ts'
import { Ledger, type Entry, type Opening } from './ledger.ts'
import { localTimeIn } from './local-time.ts'
import { Notifications } from './notifications.ts'
import { defaultSites, type Site } from './sites.ts'
import { State } from './states.ts'
import { createTestApi } from './test-api.ts'
import { ledgerView, purchaseView, type LedgerView, type PurchaseView } from './view.ts'

export { State }
export type { Clock, LedgerView, Opening, PurchaseView, Site }

export interface AvardaSimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  readonly sites?: readonly Site[]
  /** How long a payer may take; Checkout 3's half hour, because of Checkout 2 nothing is said. */
  readonly sessionMs?: number
  /** Where the "local" of local times is. */
  readonly timeZone?: string
  /** Where Avarda's field table and its messages contradict each other: takes the wider of the two. */
  readonly lenient?: boolean
  /** The static Authorization header of the notification; none by default. */
  readonly notificationAuthorization?: string
  readonly notificationRetryMs?: number
  readonly notificationTries?: number
  readonly notificationTimeoutMs?: number
  readonly clock?: Clock
}

export interface AvardaFaultWish {
  readonly call: keyof typeof faultKinds
  readonly kind: (typeof faultKinds)[keyof typeof faultKinds][number]
  readonly times?: number
  readonly ms?: number
  readonly state?: number
  readonly status?: number
  readonly messages?: readonly string[]
  readonly effect?: boolean
}

export interface AvardaSimulator {
  readonly url: string
  /** Ends in `/CheckOut2`: the script is at `/Scripts/CheckOutClient.js` below it, the calls at `/CheckOut2Api`. */
  readonly apiUrl: string
  readonly scriptUrl: string
  /** Everything it holds, as `GET /simulator/purchases` answers it. */
  ledger(): LedgerView
  purchases(): readonly PurchaseView[]
  purchase(id: string): PurchaseView | undefined
  /** Each answers whether the purchase could make that move. */
  open(id: string, opening?: Opening): boolean
  approve(id: string): boolean
  decline(id: string): boolean
  /** By the payer: state 3. The site's own CancelPayment is a call of the API. */
  cancel(id: string): boolean
  timeOut(id: string): boolean
  handOver(id: string): boolean
  /** To any state that the table of moves allows, or to any state at all. */
  advance(id: string, state: State, options?: { readonly force?: boolean }): boolean
  fault(wish: AvardaFaultWish): void
  reset(): void
  /** Ends every timer and socket. */
  close(): Promise<void>
}

/** Opens a stand-in for Avarda Checkout 2 on a port of its own. */
export async function startAvardaSimulator(
  options: AvardaSimulatorOptions = {},
): Promise<AvardaSimulator> {
  const { port = 0, host = '127.0.0.1', clock = realClock, sites = defaultSites } = options
  const { sessionMs = 30 * 60_000, timeZone = 'Europe/Stockholm', lenient = false } = options
  const { notificationRetryMs: retryMs = 10 * 60_000, notificationTries: tries = 20 } = options
  const { notificationTimeoutMs: timeoutMs = 10_000 } = options
  const { notificationAuthorization: authorization = null } = options

  const faults = new Faults()
  // Two, because a reset forgets the purchases' future and must still give the answers that it owes.
  const later = new Later(clock)
  const answering = new Later(clock)
  const notifications = new Notifications({
    ...{ later, faults, authorization, timeoutMs, retryMs, tries },
  })
  const ledger = new Ledger({ clock, notifications, sessionMs })
  const calls = createCalls({ ledger, lenient, localTime: localTimeIn(timeZone) })
  const reset = () => {
    later.clear()
    notifications.stop()
    faults.clear()
    ledger.clear()
  }

  // Paths in any case: the documents write `checkout2`, shops write `CheckOut2`.
  const app = new Hono<Env>({ getPath: (request) => getPath(request).toLowerCase() })
  app.route(
    '/checkout2/checkout2api',
    createApi({ sites, ledger, calls, faults, later: answering }),
  )
  app.route('/checkout2', createForm({ ledger, faults }))
  app.route('/simulator', createTestApi({ ledger, faults, reset }))

  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

  const url = `http://${host}:${(server.address() as AddressInfo).port}`
  const withEntry = (id: string, deed: (entry: Entry) => boolean) => {
    const entry = ledger.find(id)
    return entry !== undefined && deed(entry)
  }
  return {
    url,
    apiUrl: `${url}/CheckOut2`,
    scriptUrl: `${url}/CheckOut2/Scripts/CheckOutClient.js`,
    ledger: () => ledgerView(ledger, faults),
    purchases: () => ledger.all().map(purchaseView),
    purchase: (id) => {
      const entry = ledger.find(id)
      return entry && purchaseView(entry)
    },
    open: (id, opening) => withEntry(id, (entry) => ledger.open(entry, opening)),
    approve: (id) => withEntry(id, (entry) => ledger.approve(entry)),
    decline: (id) => withEntry(id, (entry) => ledger.decline(entry)),
    cancel: (id) => withEntry(id, (entry) => ledger.cancel(entry)),
    timeOut: (id) => withEntry(id, (entry) => ledger.timeOut(entry)),
    handOver: (id) => withEntry(id, (entry) => ledger.handOver(entry)),
    advance: (id, state, { force = false } = {}) =>
      withEntry(id, (entry) => ledger.advance(entry, state, force)),
    fault: (wish) => {
      const fault = readFault(wish)
      if (!fault) throw new TypeError(`There is no fault ${wish.kind} of ${wish.call}.`)
      faults.add(fault)
    },
    reset,
    close: async () => {
      reset()
      answering.clear()
      await notifications.close()
      await new Promise((resolve) => {
        server.close(resolve)
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}
