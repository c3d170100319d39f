import { newAttemptDefaults } from '../checkout.ts'
import type { Attempt, Checkout, OpenAttempt, Refund } from '../checkout.ts'

// What is stored, as it was at first. Its times may have been corrected since, which the time of a line is not.

export const newCheckout = (stored: Checkout, at: number): Checkout => ({
  ...stored,
  ...{ status: 'open', version: 1, closing: null, late: false, review: null },
  ...{ reviewClosedAt: null, paidAt: null, paidAttemptId: null, attempts: [], refunds: [] },
  createdAt: at,
  expiresAt: stored.expiresAt + (at - stored.createdAt),
})

export const newAttempt = (stored: Attempt, at: number): OpenAttempt => ({
  ...stored,
  ...newAttemptDefaults,
  startedAt: at,
  approvalExpiresAt: stored.approvalExpiresAt + (at - stored.startedAt),
})

export const newRefund = ({ id, key, amount, requestedAt, attemptId }: Refund): Refund => ({
  ...{ id, key, amount, requestedAt, status: 'pending', settledAt: null },
  ...(attemptId !== undefined && { attemptId }),
})
