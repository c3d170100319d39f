import type { Faults } from './faults.ts'
import type { NotificationRecord } from './notifications.ts'
import type { Actor } from './purchase.ts'
import type { CallCounts, PurchaseRecord, Purchases } from './purchases.ts'
import { stateName, type State, type StateName } from './states.ts'

/** A purchase as tests see it, with every field that InitializePayment received. */
export interface PurchaseView {
  readonly PurchaseId: string
  readonly SiteCode: string
  readonly CurrencyCode: string
  /** After UpdateItems. */
  readonly Price: number | null
  readonly OrderReference: string
  readonly State: State
  readonly state: StateName
  readonly createdAt: string
  readonly expiresAt: string
  readonly notifyUrl: string | null
  readonly callbackUrl: string | null
  readonly calls: Readonly<CallCounts>
  /** How often state 2 was reached. */
  readonly approvals: number
  readonly history: readonly { at: string; State: State; state: StateName; by: Actor }[]
  readonly notifications: readonly NotificationRecord[]
  readonly [received: string]: unknown
}

export interface PurchasesView {
  readonly purchases: readonly PurchaseView[]
  readonly calls: Readonly<CallCounts>
  readonly rejectedCredentials: number
  readonly faults: ReturnType<Faults['list']>
}

const iso = (ms: number) => new Date(ms).toISOString()

export function purchaseView({ purchase, calls, notifications }: PurchaseRecord): PurchaseView {
  const { state: State } = purchase
  return {
    ...purchase.received,
    PurchaseId: purchase.id,
    SiteCode: purchase.site.code,
    CurrencyCode: purchase.site.currency,
    Price: purchase.order.Price,
    OrderReference: purchase.order.OrderReference,
    ...{ State, state: stateName(State) },
    createdAt: iso(purchase.createdAt),
    expiresAt: iso(purchase.expiresAt),
    notifyUrl: purchase.notifyUrl,
    callbackUrl: purchase.callbackUrl,
    calls: { ...calls },
    approvals: purchase.approvals,
    history: purchase.history.map(({ at, state, by }) => ({
      ...{ at: iso(at), State: state, state: stateName(state), by },
    })),
    notifications: [...notifications],
  }
}

export const purchasesView = (purchases: Purchases, faults: Faults): PurchasesView => ({
  purchases: purchases.all().map(purchaseView),
  calls: { ...purchases.calls },
  rejectedCredentials: purchases.rejectedCredentials,
  faults: faults.list(),
})
