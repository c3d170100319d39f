import { expect, it } from 'vitest'
import { whyEnded } from '../../../server/core/transitions/why-ended.ts'
import { newAttemptDefaults } from '../../../server/core/checkout.ts'
import type { Attempt, Canceler } from '../../../server/core/checkout.ts'

const t0 = Date.UTC(2026, 10, 20, 12)
const attempt: Attempt = {
  ...{ id: 'att_1', reference: 'WEB-1-abc', token: 'token', connection: null },
  payer: { kind: 'phone', masked: '•••3281', hash: 'h' },
  ...{ startedAt: t0, approvalExpiresAt: t0 + 180_000 },
  ...newAttemptDefaults,
}

it.each([
  ['without a cause has a neutral reason', null, 60_000, 'ended_by_provider'],
  ['after its approval timeout has had no answer', null, 180_000, 'no_answer'],
  [
    'after the shopper requested cancellation was canceled by the shopper',
    'shopper',
    60_000,
    'canceled_by_shopper',
  ],
  [
    'after the shop requested cancellation was canceled by the shop',
    'shop',
    60_000,
    'canceled_by_shop',
  ],
] as const)('an attempt that a provider ended %s', (_, by: Canceler | null, afterMs, reason) => {
  const asked = { ...attempt, cancelRequested: by }
  expect(whyEnded('awaiting_shopper', asked, 'unknown', t0 + afterMs)[1]).toBe(reason)
})
