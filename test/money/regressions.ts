import type { Script } from './steps.ts'

/** Stories that once went wrong, as they were shrunk, and rare ones that a guard exists for. They are told first. */
export const regressions: readonly { readonly title: string; readonly script: Script }[] = [
  {
    // The confirmation was on the wire when the process died. What was said of the reservation afterwards
    // ("canceled or doesn't exist") ended the attempt for good, and the capture that followed was never looked for.
    title: 'a reservation that seems gone while its confirmation is under way',
    script: {
      mode: { confirmation: 'manual', gate: false, budgets: 'usual', approvalMs: 60_000 },
      steps: [
        { do: 'create' },
        { do: 'start', order: 0, phone: 0 },
        {
          do: 'fault',
          wish: { call: 'ConfirmCart', kind: 'delay_before_effect', ms: 40_000 },
        },
        { do: 'approve', cart: 0 },
        { do: 'crash', turns: 0 },
        { do: 'fault', wish: { call: 'CheckCart', kind: 'code', code: 10201, times: 2 } },
        { do: 'restart' },
      ],
    },
  },
  {
    // The clock was set back by an hour, and an order that came then put off the question about the one that was paid.
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
    // Both carts are reserved, and the 200 to a callback is what takes the money: the older one must not get it.
    title: 'a request that was given up is approved while a newer one is being confirmed',
    script: {
      mode: { confirmation: 'callback', gate: false, budgets: 'usual', approvalMs: 600_000 },
      steps: [
        { do: 'create' },
        { do: 'fault', wish: { call: 'InsertCart', kind: 'drop_after_effect' } },
        { do: 'start', order: 0, phone: 0 },
        { do: 'pass', ms: 240_000 },
        { do: 'start', order: 0, phone: 1 },
        { do: 'fault', wish: { call: 'Callback', kind: 'delay', ms: 10_000 } },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 5_000 },
        { do: 'approve', cart: 0 },
        { do: 'pass', ms: 20_000 },
      ],
    },
  },
]
