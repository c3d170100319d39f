import { isOpen, newAttemptDefaults } from '../../server/core/checkout.ts'
import type { Attempt, Checkout, OpenAttempt } from '../../server/core/checkout.ts'
import { isFinal } from '../../server/protocol/index.ts'
import type { Status } from '../../server/protocol/index.ts'

/** Any values, whether or not they occur together. */
export type AttemptPatch = Partial<Pick<Attempt, keyof Attempt>>

export const t0 = Date.UTC(2026, 10, 20, 12)
export const later = t0 + 60_000
export const evidence = { call: 'CheckCart', code: '0', referenceId: null }
export const ours = { amount: 12990, reference: 'WEB-1-abc' }

export const newAttempt = (patch: AttemptPatch = {}) =>
  ({
    id: 'att_1',
    reference: 'WEB-1-abc',
    token: 'token',
    payer: { kind: 'phone', masked: '•••3281', hash: 'h' },
    startedAt: t0,
    approvalExpiresAt: t0 + 180_000,
    connection: null,
    ...newAttemptDefaults,
    providerRef: 'cart',
    pollIntervalMs: 2000,
    ...patch,
  }) as Attempt

/** One that may be started, or is open. */
export const newOpenAttempt = (id: string): OpenAttempt => {
  const attempt = newAttempt({ id, reference: `WEB-1-${id}`, token: `token of ${id}` })
  if (!isOpen(attempt)) throw new Error('The attempt is not open')
  return attempt
}

/** A checkout with one attempt, which is over where the status says so. */
export function checkoutIn(
  status: Status,
  patch: AttemptPatch = {},
  more: Partial<Checkout> = {},
): Checkout {
  const isOver = status === 'open' || isFinal(status)
  return {
    id: 'chk_1',
    reference: 'WEB-1',
    amount: 12990,
    currency: 'ISK',
    description: null,
    items: [],
    provider: 'netgiro',
    channel: 'web',
    locationId: null,
    registerId: null,
    metadata: {},
    status,
    version: 3,
    createdAt: t0,
    expiresAt: t0 + 86_400_000,
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
      newAttempt({
        ...(isOver && { endedAt: t0, outcome: 'declined', reason: 'declined' }),
        ...(status === 'starting' && { providerRef: null }),
        ...patch,
      }),
    ],
    ...more,
  }
}
