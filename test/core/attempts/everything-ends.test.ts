import { describe, expect, it } from 'vitest'
import { inputForLostStart } from '../../../server/core/attempts/lost-start.ts'
import { backoff, pollLimits } from '../../../server/core/attempts/backoff.ts'
import { isToBeCanceled, isToBeReleased, mayCapture } from '../../../server/core/capture.ts'
import { openAttempt, newAttemptDefaults } from '../../../server/core/checkout.ts'
import type {
  Attempt,
  CaptureMethod,
  Checkout,
  Input,
  OpenAttempt,
  ProviderResult,
} from '../../../server/core/checkout.ts'
import { graceAfterLifetimeMs, nextAction } from '../../../server/core/attempts/next-action.ts'
import type { Traits } from '../../../server/core/attempts/next-action.ts'
import { isFinal } from '../../../server/protocol/index.ts'
import { Providers } from '../../../server/core/provider.ts'
import { apply } from '../../support/apply.ts'

const t0 = Date.UTC(2026, 10, 20, 12)
const lifetimeMs = 900_000
const approvalTimeoutMs = 180_000
const codeTries = 3
const evidence = { call: 'CheckCart', code: '0', referenceId: null }
const payment = { amount: 12990, reference: 'WEB-1-abc' }

const attempt: OpenAttempt = {
  id: 'att_1',
  reference: 'WEB-1-abc',
  token: 'token',
  payer: { kind: 'phone', masked: '•••3281', hash: 'h' },
  startedAt: t0,
  approvalExpiresAt: t0 + approvalTimeoutMs,
  connection: null,
  ...newAttemptDefaults,
}

/** It ended before; its payment may be reported at any time. */
const older = {
  ...{ ...attempt, id: 'att_0', reference: 'WEB-1-old', token: 'older', providerRef: 'older' },
  ...{ outcome: 'canceled', reason: 'canceled_by_shopper', endedAt: t0 - 1 },
} as Attempt

const order: Checkout = {
  ...{ id: 'chk_1', reference: 'WEB-1', amount: 12990, currency: 'ISK', description: null },
  ...{ items: [], provider: 'netgiro', channel: 'web', locationId: null, registerId: null },
  ...{ metadata: {}, status: 'open', version: 1, createdAt: t0, expiresAt: t0 + lifetimeMs },
  ...{
    closing: null,
    paidAt: null,
    paidAttemptId: null,
    late: false,
    review: null,
    reviewClosedAt: null,
  },
  ...{ replaces: null, options: null, attempts: [older], refunds: [] },
}

const ended = { type: 'ended', by: 'cancel', evidence } as const
const inputs: readonly Input[] = [
  { type: 'requested', providerRef: 'cart', pollIntervalMs: 2_000, evidence },
  { type: 'refused', outcome: 'declined', reason: 'declined', evidence },
  { type: 'not_sent', evidence },
  { type: 'unknown', effect: true, evidence },
  { type: 'pending', next: 'awaiting_shopper', evidence },
  { type: 'pending', next: 'awaiting_code', evidence },
  { type: 'authorized', awaits: 'capture', payment, evidence },
  { type: 'authorized', awaits: 'capture', payment: { ...payment, amount: 1 }, evidence },
  { type: 'paid', payment, proof: 'proven', evidence },
  { type: 'paid', payment, proof: 'contradictory', evidence },
  { ...ended, isFinal: true },
  { ...ended, isFinal: false },
  { type: 'too_late_to_cancel', evidence },
  { type: 'code_given' },
  { type: 'code_refused', evidence },
  { type: 'cancel_requested', by: 'shopper' },
  { type: 'cancel_requested', by: 'approval_timeout' },
  { type: 'closing', as: 'canceled' },
  { type: 'closing', as: 'expired' },
  { type: 'cancel_sent' },
  { type: 'decision_requested' },
  { type: 'shop_decided', decision: 'deny' },
  { type: 'shop_decided', decision: 'approve' },
  { type: 'capture_requested' },
  { type: 'capture_timed_out' },
  { type: 'predecessor_paid' },
]
const needsId: ReadonlySet<string> = new Set([
  ...['pending', 'authorized', 'paid', 'ended', 'too_late_to_cancel'],
  ...['code_given', 'code_refused', 'cancel_sent'],
])
const olderPaid: Input = {
  ...{ type: 'paid', payment: { ...payment, reference: older.reference }, proof: 'proven' },
  evidence,
}
/** Just after the request, in the window, after it, long after an approval, and after the lifetime. */
const moments = [1_000, 20_000, 200_000, 600_000, lifetimeMs + 1_000]

interface State {
  readonly checkout: Checkout
  readonly moment: number
}

/** Every state that inputs in any order lead to after an attempt has started, at the five moments above. */
function reachable(max: number): readonly State[] {
  const begun = apply(order, { type: 'started', attempt }, null, t0).checkout
  const seen = new Map<string, State>()
  const line: State[] = [{ checkout: begun, moment: 0 }]
  for (let state = line.shift(); state; state = line.shift()) {
    const key = JSON.stringify([{ ...state.checkout, version: 0 }, state.moment])
    if (seen.has(key)) continue
    seen.set(key, state)
    if (seen.size >= max) break
    const { checkout, moment } = state
    if (moment + 1 < moments.length) line.push({ checkout, moment: moment + 1 })
    const follow = (input: Input, id: string) => {
      const after = apply(checkout, input, id, t0 + (moments[moment] ?? 0)).checkout
      if (after !== checkout) line.push({ checkout: after, moment })
    }
    for (const input of inputs) {
      // A request without the provider's id cannot be polled.
      if (checkout.attempts.at(-1)?.providerRef === null && needsId.has(input.type)) continue
      follow(input, attempt.id)
    }
    follow(olderPaid, older.id)
  }
  return [...seen.values()]
}

/** How a provider may behave without ever settling anything. */
interface Habit {
  readonly check: ProviderResult
  readonly cancel: ProviderResult
  readonly confirm: ProviderResult
}
const lost: ProviderResult = { type: 'unknown', effect: true, evidence }
const silence: ProviderResult = { type: 'unknown', effect: false, evidence }
const notSent: ProviderResult = { type: 'not_sent', evidence }
const tooLate: ProviderResult = { type: 'too_late_to_cancel', evidence }
const pending: ProviderResult = { type: 'pending', next: 'awaiting_shopper', evidence }
const approved: ProviderResult = { type: 'authorized', awaits: 'capture', payment, evidence }
const absent: ProviderResult = { ...ended, isFinal: false }

const habits: Readonly<Record<string, Habit>> = {
  'returns no readable answer': { check: silence, cancel: lost, confirm: lost },
  'cannot be reached': { check: notSent, cancel: notSent, confirm: notSent },
  'always reports pending': { check: pending, cancel: lost, confirm: lost },
  'reports pending, and too late to cancel': { check: pending, cancel: tooLate, confirm: lost },
  'always reports the request as absent': { check: absent, cancel: lost, confirm: lost },
  'reports it as absent, and too late to cancel': { check: absent, cancel: tooLate, confirm: lost },
  'always reports approved and captures nothing': { check: approved, cancel: lost, confirm: lost },
  'reports approved, and too late to cancel': { check: approved, cancel: tooLate, confirm: lost },
}

/** Does what the attempt worker does, with this provider's answers, until nothing is left to do; returns when that is. */
function runOn(
  { checkout: before, moment }: State,
  traits: Traits,
  habit: Habit,
): [Checkout, number] {
  let checkout = before
  let now = t0 + (moments[moment] ?? 0)
  const timing = {
    nextPollAt: now,
    nextCancelAt: now,
    mustPoll: true,
    cancelAgain: false,
    lastCallAt: now,
    trackedSince: t0,
  }
  let [failures, repeats] = [0, 0]
  const record = (input: Input) => {
    checkout = apply(checkout, input, attempt.id, now).checkout
  }
  const receive = (result: ProviderResult) => {
    record(result)
    timing.lastCallAt = now
    const isAnswer = result.type !== 'unknown' && result.type !== 'not_sent'
    failures = isAnswer ? 0 : failures + 1
    if (isAnswer) timing.mustPoll = false
    else if (result.type === 'unknown' && result.effect) timing.mustPoll = true
    timing.nextPollAt = now + backoff(pollLimits.defaultMs, failures)
  }
  for (let steps = 0; steps < 10_000; steps++) {
    const action = nextAction(checkout, timing, traits, codeTries, now)
    if (!action) return [checkout, now]
    now = Math.max(now, action.at)
    switch (action.type) {
      case 'expire_checkout':
        record({ type: 'closing', as: 'expired' })
        break
      case 'expire_attempt':
        record({ type: 'cancel_requested', by: 'approval_timeout' })
        break
      case 'too_many_codes':
        record({ type: 'cancel_requested', by: 'wrong_code' })
        break
      case 'release':
        record({ type: 'capture_timed_out' })
        break
      case 'abandon_start':
        record(
          inputForLostStart(
            {
              ...new Providers([]).of(order),
              ...traits,
              captureMethodFor: () => traits.captureMethod,
            },
            action.attempt,
          ),
        )
        break
      case 'request_review':
        record({ type: 'unresolved', why: 'outcome_unknown' })
        break
      case 'cancel': {
        record({ type: 'cancel_sent' })
        const open = openAttempt(checkout)
        if (open && isToBeCanceled(checkout, open)) receive(habit.cancel)
        timing.cancelAgain = false
        timing.nextCancelAt = now + backoff(pollLimits.defaultMs, repeats++)
        break
      }
      case 'poll': {
        receive(habit.check)
        const open = openAttempt(checkout)
        if (habit.check.type !== 'authorized') {
          if (open?.cancelRefused && habit.check.type === 'pending') timing.cancelAgain = true
          break
        }
        if (open && mayCapture(checkout, open, now)) {
          record({ type: 'capture_requested' })
          receive(habit.confirm)
        } else if (
          open?.cancelRefused &&
          checkout.status === 'confirming' &&
          isToBeReleased(checkout, open, now)
        )
          record({ type: 'released' })
        break
      }
    }
    const stuck = `${action.type} at ${now - t0}: ${JSON.stringify(checkout)}`
    if (now > checkout.expiresAt + 3 * graceAfterLifetimeMs.cannotCancel) throw new Error(stuck)
  }
  throw new Error(`never ends: ${JSON.stringify(checkout)}`)
}

const netgiro = (captureMethod: CaptureMethod): Traits => ({
  startNotifiesPayer: true,
  canCancel: true,
  captureMethod,
})
const providers: readonly (readonly [string, Traits])[] = [
  ['captures on request', netgiro('manual')],
  ['waits for our response to its callback', netgiro('callback')],
  ['takes the money at once', netgiro('automatic')],
  [
    'has a form and no way to cancel',
    { startNotifiesPayer: false, canCancel: false, captureMethod: 'automatic' },
  ],
]

/** Too many to run each of them with every provider. */
const states = reachable(Number(process.env['MONEY_STATES'] ?? 8_000))
const some = states.filter((_, index) => index < 150 || index % 40 === 0)

describe('every reachable state', () => {
  it('more than a thousand states are reachable, in every status', () => {
    expect(states.length).toBeGreaterThan(1_000)
    expect(new Set(states.map(({ checkout }) => checkout.status)).size).toBe(9)
  })

  it.each(
    providers.flatMap(([kind, traits]) =>
      Object.entries(habits).map(([name, habit]) => [kind, name, traits, habit] as const),
    ),
  )(
    'every state ends within the lifetime and its grace, where a provider that %s %s',
    (_, __, traits, habit) => {
      const grace = graceAfterLifetimeMs[traits.canCancel ? 'canCancel' : 'cannotCancel']
      let worst = 0
      for (const state of some) {
        const [checkout, at] = runOn(state, traits, habit)
        if (openAttempt(checkout)) throw new Error(`left open: ${JSON.stringify(state.checkout)}`)
        // Without an open request the end of the lifetime closes it; the shopper may try again until then.
        const isOver = isFinal(checkout.status) || checkout.status === 'open'
        if (!isOver) throw new Error(`left ${checkout.status}: ${JSON.stringify(state.checkout)}`)
        if (checkout.status === 'open' && checkout.closing) throw new Error('left closing')
        worst = Math.max(worst, at - checkout.expiresAt)
      }
      expect(worst).toBeLessThanOrEqual(grace)
    },
  )

  it.each(providers)(
    'nothing is captured once the checkout is closing, denied by the shop or expired, where a provider %s',
    (_, traits) => {
      for (const { checkout, moment } of states) {
        const open = openAttempt(checkout)
        const now = t0 + (moments[moment] ?? 0)
        if (!open || !mayCapture(checkout, open, now)) continue
        expect(checkout.closing).toBeNull()
        expect(open.shopDecision).not.toBe('deny')
        expect(now).toBeLessThan(checkout.expiresAt)
        expect(traits).toBeDefined()
      }
    },
  )
})
