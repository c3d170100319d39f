import type { Script, Step } from './steps.ts'

const usual = { gate: false, budgets: 'usual', approvalMs: 180_000 } as const

const bought: readonly Step[] = [
  { do: 'create' },
  { do: 'start', order: 0, phone: 0 },
  { do: 'approve', cart: 0 },
  { do: 'pass', ms: 20_000 },
]

/** Scenarios that once went wrong, as they were shrunk, and rare ones that a guard exists for. They run first. */
export const regressions: readonly { readonly title: string; readonly script: Script }[] = [
  {
    // The process was killed while the confirmation was in flight. The next report about the reservation
    // ("canceled or doesn't exist") ended the attempt, and the capture that followed was never found.
    title: 'a reservation that seems gone while its confirmation is under way',
    script: {
      mode: { confirmation: 'manual', gate: false, budgets: 'usual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        {
          do: 'fault',
          fault: { call: 'ConfirmCart', kind: 'delay_before_effect', ms: 40_000 },
        },
        { do: 'approve', cart: 0 },
        { do: 'crash', turns: 0 },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10201, times: 2 } },
        { do: 'restart' },
      ],
    },
  },
  {
    // The clock was set back by an hour, and an order created then delayed the poll of the one that was paid.
    title: 'an order that comes just after the clock was set back',
    script: {
      mode: { confirmation: 'callback', gate: false, budgets: 'usual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'approve', cart: 0 },
        { do: 'jump', ms: -3_600_000 },
        { do: 'create' },
      ],
    },
  },
  {
    // Both carts are reserved, and the 200 to a callback takes the money: the older one must not get it.
    title: 'a request that was given up is approved while a newer one is being confirmed',
    script: {
      mode: { confirmation: 'callback', gate: false, budgets: 'usual', approvalMs: 600_000 },
      steps: [
        { do: 'create' },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'drop_after_effect' } },
        { do: 'start', order: 0, phone: 0 },
        { do: 'pass', ms: 240_000 },
        { do: 'start', order: 0, phone: 1 },
        { do: 'fault', fault: { call: 'Callback', kind: 'delay', ms: 10_000 } },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 5_000 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The first press makes a reservation, whose money the second would take unchecked; its answer arrives or is lost.
    title: 'a code that is submitted twice',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', gate: true },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        {
          do: 'together',
          steps: [
            { do: 'code', order: 0, isRight: true },
            { do: 'code', order: 0, isRight: true },
          ],
        },
        { do: 'create' },
        { do: 'identify', order: 1, by: 'nationalId', who: 1 },
        { do: 'fault', fault: { call: 'ConfirmCart', kind: 'drop_after_effect' } },
        { do: 'fault', fault: { call: 'Callback', kind: 'never' } },
        {
          do: 'together',
          steps: [
            { do: 'code', order: 1, isRight: true },
            { do: 'code', order: 1, isRight: true },
          ],
        },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    title: 'a code that is entered while a cancellation is requested',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual' },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        {
          do: 'together',
          steps: [
            { do: 'refund', order: 0, amount: 1, key: 0 },
            { do: 'code', order: 0, isRight: true },
            { do: 'cancel', order: 0 },
          ],
        },
      ],
    },
  },
  {
    // The last two wait for their turn while a poll is in flight.
    title: 'a fourth code after three that were wrong',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'automatic' },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'code', order: 0, isRight: false },
        { do: 'code', order: 0, isRight: false },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'delay', ms: 3_000 } },
        { do: 'pass', ms: 2_500 },
        {
          do: 'together',
          steps: [
            { do: 'code', order: 0, isRight: false },
            { do: 'code', order: 0, isRight: true },
          ],
        },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The answer was lost, and the next one is from before it took effect. The same code once more would have taken the
    // money of a reservation that the shop did not want.
    title: 'a code that was accepted but is reported as not accepted',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', gate: true },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'say', word: 'no' },
        { do: 'fault', fault: { call: 'ConfirmCart', kind: 'drop_after_effect' } },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'stale' } },
        { do: 'fault', fault: { call: 'Callback', kind: 'never' } },
        { do: 'code', order: 0, isRight: true },
        { do: 'code', order: 0, isRight: true },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The next process knew that a code had been tried, and not that its answer was still to come.
    title: 'a process that is killed while a code is in flight, and a cashier who enters it again',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', gate: true },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'say', word: 'no' },
        { do: 'crash_at', path: 'ConfirmCart', moment: 'after' },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'drop_before_effect' } },
        { do: 'fault', fault: { call: 'Callback', kind: 'never' } },
        { do: 'code', order: 0, isRight: true },
        { do: 'restart' },
        { do: 'code', order: 0, isRight: true },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    title: 'a capture that never arrived, and then one that is reported with another amount',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual' },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'v2.capture', kind: 'drop_before_effect' } },
        { do: 'approve', cart: 0 },
        { do: 'create' },
        { do: 'start', order: 1, phone: 1 },
        { do: 'pass', ms: 20_000 },
        { do: 'fault', fault: { call: 'v2.details', kind: 'wrong_amount' } },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The provider knows the key and refuses for another reason: the money has been refunded nevertheless.
    title: 'a refund whose answer was lost, and that is refused when it is asked for again',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual' },
      steps: [
        ...bought,
        { do: 'fault', fault: { call: 'v2.refund', kind: 'drop_after_effect' } },
        { do: 'refund', order: 0, amount: 300, key: 0 },
        { do: 'fault', fault: { call: 'v2.refund', kind: 'refuse' } },
        { do: 'refund', order: 0, amount: 300, key: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    title: 'two refunds at once that are more than was paid',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual' },
      steps: [
        ...bought,
        {
          do: 'together',
          steps: [
            { do: 'refund', order: 0, amount: 600, key: 0 },
            { do: 'refund', order: 0, amount: 600, key: 1 },
          ],
        },
      ],
    },
  },
  {
    title: 'a process that is killed during a refund, and a shop that asks again',
    script: {
      mode: { ...usual, rail: 'v1', confirmation: 'manual' },
      steps: [
        ...bought,
        { do: 'crash_at', path: '/partner/refund', moment: 'after' },
        { do: 'refund', order: 0, amount: 300, key: 0 },
        { do: 'restart' },
        { do: 'refund', order: 0, amount: 300, key: 0 },
        { do: 'refund', order: 0, amount: 0, key: 1 },
        { do: 'refund', order: 0, amount: 600, key: 2 },
      ],
    },
  },
  {
    // The purchase has no payer, for the browser never received its id: the shopper need not wait for it to run out.
    title: 'a form that is never shown, one that is left, and one that is filled in',
    script: {
      mode: { ...usual, rail: 'avarda', confirmation: 'automatic' },
      steps: [
        { do: 'create' },
        { do: 'fault', fault: { call: 'InitializePayment', kind: 'drop_after_effect' } },
        { do: 'start', order: 0, phone: 0 },
        { do: 'start', order: 0, phone: 0 },
        { do: 'payer_action', cart: 0, payerAction: 'leave' },
        { do: 'pass', ms: 5_000 },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'GetPaymentStatus', kind: 'unknown_state', state: 42 } },
        { do: 'payer_action', cart: 0, payerAction: 'go_elsewhere' },
        { do: 'pass', ms: 5_000 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 5_000 },
        { do: 'create' },
        { do: 'start', order: 1, phone: 0 },
        { do: 'fault', fault: { call: 'GetPaymentStatus', kind: 'wrong_currency' } },
        { do: 'approve', cart: 0 },
      ],
    },
  },
  {
    // Hours passed between two turns of the process, with them the grace period after the lifetime: the checkout went to
    // review for something that a poll would have shown.
    title: 'a machine that sleeps past the lifetime and its grace',
    script: {
      mode: { ...usual, rail: 'v1', confirmation: 'callback' },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'jump', ms: 3_600_000 },
        { do: 'pass', ms: 86_400_000 },
      ],
    },
  },
  {
    // The approval was requested in one mode and must be completed in it, whatever the settings are now: a 200 to the callback
    // would take the money against the shop's decision, and a request that takes money unchecked is not followed by another.
    title: 'a deploy that changes how approvals are completed while requests are open',
    script: {
      mode: { ...usual, rail: 'v1', confirmation: 'callback', gate: true },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'say', word: 'no' },
        { do: 'change', settings: { confirmation: 'manual', publicUrl: 'other' } },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
        { do: 'change', settings: { confirmation: 'automatic', gate: false } },
        { do: 'create' },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'drop_after_effect' } },
        { do: 'fault', fault: { call: 'Callback', kind: 'never', times: 9 } },
        { do: 'start', order: 1, phone: 1 },
        { do: 'change', settings: { confirmation: 'manual' } },
        { do: 'approve_orphan' },
        { do: 'pass', ms: 240_000 },
        { do: 'start', order: 1, phone: 2 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // It was started with the question, and its approval comes when nobody can be asked any more: that is no yes.
    title: 'a deploy that asks the shop no more while a request is open',
    script: {
      mode: { ...usual, rail: 'v1', confirmation: 'manual', gate: true },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'change', settings: { confirmation: 'automatic', gate: false } },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    title: 'a backup that is restored after a payment, a refund and a checkout',
    script: {
      mode: { ...usual, rail: 'v1', confirmation: 'manual' },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'backup' },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
        { do: 'refund', order: 0, amount: 300, key: 0 },
        { do: 'create' },
        { do: 'start', order: 1, phone: 1 },
        { do: 'restore' },
        { do: 'pass', ms: 20_000 },
        { do: 'refund', order: 0, amount: 300, key: 0 },
        { do: 'start', order: 1, phone: 1 },
        { do: 'approve', cart: 0 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The provider reports that it is too late to cancel, which does not mean that nothing was taken.
    title: 'a cancellation that came too late, and a shopper who tries again at once',
    script: {
      mode: { ...usual, rail: 'v1', confirmation: 'automatic' },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'Callback', kind: 'never', times: 9 } },
        { do: 'approve', cart: 0 },
        { do: 'cancel', order: 0 },
        { do: 'start', order: 0, phone: 1 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // Nothing could be written during the lifetime and its grace period; then the checkout went to review, and the provider,
    // which would have canceled the request, was not asked.
    title: 'a disk that is full past the lifetime and its grace',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'disk', isFull: true },
        { do: 'pass', ms: 259_200_000 },
        { do: 'jump', ms: -3_600_000 },
      ],
    },
  },
  {
    // The machine slept between two lost cancellations, and again after them: the checkout went to review although the process
    // had hardly asked.
    title: 'two cancellations that got lost while the machine slept again and again',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'CancelCart', kind: 'drop_before_effect', times: 2 } },
        { do: 'pass', ms: 259_200_000 },
      ],
    },
  },
  {
    title: 'the very first webhook, before which the process was down for days',
    script: {
      mode: { ...usual, rail: 'avarda', confirmation: 'automatic', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'crash_at', path: '/hook', moment: 'before' },
        { do: 'pass', ms: 259_200_000 },
        { do: 'approve', cart: 0 },
      ],
    },
  },
  {
    title: 'a history to which another process has just added an entry',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'v2.details', kind: 'stale', cart: '0', times: 2 } },
        { do: 'approve', cart: 0 },
        { do: 'backup' },
        { do: 'restore' },
        { do: 'approve_orphan' },
      ],
    },
  },
  {
    title: 'a refund that the provider refuses at its first try',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
        { do: 'fault', fault: { call: 'v2.refund', kind: 'refuse', times: 1, effect: true } },
        { do: 'refund', order: 0, amount: 1, key: 0 },
        { do: 'restart' },
      ],
    },
  },
  {
    title: 'an unknown outcome that turns out to be a capture of another amount',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'v2.capture', kind: 'other_amount', amount: 1 } },
        { do: 'together', steps: [{ do: 'approve', cart: 0 }] },
        { do: 'away', isAway: true },
        { do: 'pass', ms: 86_400_000 },
        { do: 'pass', ms: 100_000 },
      ],
    },
  },
  {
    title: 'a reservation that the provider denies for hours, and does not cancel',
    script: {
      mode: { ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'crash', turns: 0 },
        { do: 'approve', cart: 0 },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10_201, times: 60 } },
        { do: 'pass', ms: 3_700_000 },
      ],
    },
  },
  {
    title: 'a start, an approval and a cancellation while another program holds the database lock',
    script: {
      mode: { ...usual, confirmation: 'manual' },
      steps: [
        { do: 'create' },
        { do: 'locked', steps: [{ do: 'start', order: 0, phone: 0 }] },
        {
          do: 'locked',
          steps: [
            { do: 'approve', cart: 0 },
            { do: 'pass', ms: 5_000 },
            { do: 'cancel', order: 0 },
          ],
        },
        { do: 'create' },
        {
          do: 'locked',
          steps: [
            { do: 'start', order: 1, phone: 1 },
            { do: 'crash', turns: 20 },
          ],
        },
      ],
    },
  },
  {
    // No late check ever brings the truth: the review of an unknown outcome is the last word.
    title: 'a payment that the provider denies until the last late check',
    script: {
      mode: { rail: 'pos', ...usual, confirmation: 'automatic', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'crash', turns: 0 },
        { do: 'approve_orphan' },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10201, times: 60 } },
        { do: 'pass', ms: 3_700_000 },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'code', code: 200, times: 1 } },
      ],
    },
  },
  {
    // "Already confirmed" proves no payment, and each poll denies it: the review of an unknown outcome reports it.
    title: 'a payment that cancellations call confirmed and every poll denies',
    script: {
      mode: { rail: 'v1', ...usual, confirmation: 'automatic', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10201, times: 60 } },
        { do: 'fault', fault: { call: 'CancelCart', kind: 'code', code: 10203, effect: false } },
        { do: 'approve', cart: 0 },
        { do: 'again', order: 0 },
      ],
    },
  },
  {
    // The till sent the code twice; the first one was accepted and answered with the general error, which counts as a refusal.
    title: 'a second code after a refusal that was none',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'fault', fault: { call: 'ConfirmCart', kind: 'code', code: 400, effect: true } },
        {
          do: 'together',
          steps: [
            { do: 'code', order: 0, isRight: true },
            { do: 'code', order: 0, isRight: true },
          ],
        },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The server was away for a day, and every cancellation of what had been reserved meanwhile got an answer without a meaning.
    title: 'a reservation that the provider does not say is canceled, until a person must look',
    script: {
      mode: { rail: 'v1', ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'CancelCart', kind: 'code', code: 200, times: 6 } },
        {
          do: 'together',
          steps: [
            { do: 'approve', cart: 0 },
            { do: 'crash', turns: 0 },
          ],
        },
        { do: 'pass', ms: 24 * 3_600_000 },
      ],
    },
  },
  {
    // The provider said "paid" of what waited for our answer to its callback: nobody asks the shop about what is paid.
    title: 'a payment that is reported as paid before the callback that captures it',
    script: {
      mode: {
        ...{ rail: 'v2', confirmation: 'callback', gate: true, budgets: 'usual' },
        approvalMs: 60_000,
      },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'v2.status', kind: 'stale', cart: '0', times: 1 } },
        { do: 'fault', fault: { call: 'v2.details', kind: 'says_paid', cart: '0', times: 1 } },
        { do: 'fault', fault: { call: 'Callback', kind: 'delay', times: 1, ms: 500 } },
        { do: 'restart' },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The server heard of the payment while it could not write, and was killed; after that, every poll denies it.
    title: 'a payment that was heard of, not written, and denied until the last late check',
    script: {
      mode: { rail: 'v1', ...usual, confirmation: 'automatic', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        {
          do: 'locked',
          steps: [
            { do: 'approve', cart: 0 },
            { do: 'crash', turns: 7 },
          ],
        },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10201, times: 60 } },
        {
          do: 'together',
          steps: [
            { do: 'start', order: 0, phone: 0 },
            { do: 'start', order: 0, phone: 0 },
          ],
        },
      ],
    },
  },
  {
    // One poll said "paid" without saying how much, which proves nothing; every later one denied it, and every cancellation came too late.
    title: 'a payment that was reported without proof, and denied until the last late check',
    script: {
      mode: { rail: 'v1', ...usual, confirmation: 'automatic', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10200, times: 1 } },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'code', code: 10201, times: 60 } },
        {
          do: 'together',
          steps: [
            { do: 'approve', cart: 0 },
            { do: 'refund', order: 0, amount: 1, key: 0 },
          ],
        },
        { do: 'cancel', order: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
  {
    // The review was told before the money was: another code was refused on what had been captured with another amount.
    title: 'a capture of another amount that is found after its review was told',
    script: {
      mode: { rail: 'pos', ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'fault', fault: { call: 'ConfirmCart', kind: 'other_amount', amount: 1 } },
        { do: 'code', order: 0, isRight: true },
        { do: 'fault', fault: { call: 'CheckCart', kind: 'stale' } },
        { do: 'code', order: 0, isRight: true },
      ],
    },
  },
  {
    // V2 cancels at any stage: the approval was captured, and the cancellation that the process before had sent undid it.
    title: 'a cancellation that arrives after a crash, and after the payer has approved',
    script: {
      mode: { rail: 'v2', ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'v2.cancel', kind: 'delay_before_effect', ms: 500 } },
        { do: 'cancel', order: 0 },
        { do: 'approve', cart: 0 },
        { do: 'crash', turns: 0 },
      ],
    },
  },
  {
    // The window of a code is as long as the time that the provider is given: it ended just before the monitor looked.
    title:
      'a cart of the point of sale whose cancellation is not answered when its window has ended',
    script: {
      mode: { rail: 'pos', ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        {
          do: 'fault',
          fault: {
            call: 'CancelCart',
            kind: 'drop_after_effect',
            times: 2,
          },
        },
        { do: 'jump', ms: -3_600_000 },
        {
          do: 'fault',
          fault: {
            call: 'CancelCart',
            kind: 'drop_before_effect',
            times: 3,
          },
        },
        { do: 'disk', isFull: true },
        { do: 'restart' },
        { do: 'approve', cart: 0 },
        { do: 'code', order: 0, isRight: true },
        { do: 'pass', ms: 20_000 },
        {
          do: 'together',
          steps: [
            { do: 'crash', turns: 0 },
            { do: 'refund', order: 0, amount: 1, key: 0 },
            { do: 'refund', order: 0, amount: 1, key: 0 },
          ],
        },
        {
          do: 'fault',
          fault: {
            call: 'partner.refund',
            kind: 'drop_before_effect',
            times: 1,
          },
        },
      ],
    },
  },
  {
    // The one that the order waits for belongs to another order, and decides nothing here.
    title: 'two requests that are answered with the ids of the carts before them',
    script: {
      mode: { rail: 'v1', ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'reject', cart: 0 },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'same_transaction_id' } },
        { do: 'create' },
        { do: 'crash', turns: 0 },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'same_transaction_id' } },
        { do: 'restart' },
        { do: 'start', order: 1, phone: 0 },
        { do: 'start', order: 0, phone: 0 },
      ],
    },
  },
  {
    // Only a callback names the second request, after the backup; its capture is lost with the database.
    title: 'an unanswered request that is captured between a backup and its restore',
    script: {
      mode: { rail: 'v1', ...usual, confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'reject', cart: 0 },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'drop_after_effect', times: 1 } },
        {
          do: 'together',
          steps: [
            { do: 'cancel', order: 0 },
            { do: 'approve', cart: 0 },
          ],
        },
        { do: 'start', order: 0, phone: 0 },
        { do: 'backup' },
        { do: 'approve', cart: 0 },
        { do: 'restore' },
        { do: 'again', order: 0 },
      ],
    },
  },
  {
    // One look at the status said Confirmed, so that the cancellation was not sent. The reservation that showed later was neither
    // captured, for no callback came, nor canceled, for that counted as refused.
    title: 'a reservation that shows after the provider said falsely that it is too late to cancel',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'callback' },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'Callback', kind: 'never', times: 1 } },
        { do: 'fault', fault: { call: 'v2.status', kind: 'says_paid', cart: '0', times: 1 } },
        { do: 'locked', steps: [{ do: 'cancel', order: 0 }] },
        {
          do: 'together',
          steps: [
            { do: 'approve', cart: 0 },
            { do: 'crash', turns: 0 },
          ],
        },
        { do: 'restart' },
        { do: 'callback', cart: 0, how: 'again' },
        { do: 'fault', fault: { call: 'v2.refund', kind: 'drop_before_effect', times: 1 } },
        { do: 'restart' },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
        { do: 'refund', order: 0, amount: 1, key: 0 },
      ],
    },
  },
  {
    // Each took the time of a lost answer, so that the third was the last before a person was called.
    title:
      'a reservation that outlived everything while no process ran, and three cancellations of it that are lost',
    script: {
      mode: { ...usual, rail: 'v2', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        { do: 'fault', fault: { call: 'Callback', kind: 'never', times: 1 } },
        { do: 'approve', cart: 0 },
        { do: 'fault', fault: { call: 'v2.cancel', kind: 'drop_before_effect', times: 3 } },
        { do: 'crash', turns: 0 },
        { do: 'pass', ms: 259_200_000 },
        { do: 'restart' },
      ],
    },
  },
  {
    // The clock went on in steps of 36 minutes: it was asked to cancel twice, and the second time was the end of the grace.
    title: 'a machine that stands still again and again until the lifetime and its grace are over',
    script: {
      mode: { ...usual, rail: 'pos', confirmation: 'manual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'identify', order: 0, by: 'nationalId', who: 0 },
        { do: 'pass', ms: 181_000 },
        { do: 'fault', fault: { call: 'CancelCart', kind: 'drop_before_effect', times: 2 } },
        { do: 'pass', ms: 86_400_000 },
        { do: 'approve', cart: 0 },
      ],
    },
  },
]
