import type { Budget, Mode } from './world.ts'

const manual: Mode = {
  ...({ name: 'manual', captureMethod: 'manual', gate: false } as const),
  ...{ skewMs: 0, cancelsReserved: false },
}

/** How a payment may be taken, and how far the clocks of two servers may differ. */
export const modes: readonly Mode[] = [
  manual,
  { ...manual, name: 'automatic', captureMethod: 'automatic' },
  { ...manual, name: 'manual, the shop is asked', gate: true },
  { ...manual, name: 'manual, reservations are canceled', cancelsReserved: true },
  { ...manual, name: 'manual, one clock is 5 min ahead', skewMs: 300_000 },
  { ...manual, name: 'manual, one clock is 5 min behind', skewMs: -300_000 },
]

const nothing: Budget = {
  ...{ presses: 1, cancels: 0, closes: 0, faults: 0, crashes: 0, lapses: 0, lateChecks: 0 },
}

export interface Story {
  readonly name: string
  readonly budget: Budget
}

/** What may happen, and how often; the fewer there are, the deeper an exploration gets in the same time. */
export const stories: readonly Story[] = [
  { name: 'two requests, nothing goes wrong', budget: { ...nothing, presses: 2 } },
  {
    name: 'two requests, canceled, closed, asked about late',
    budget: { ...nothing, presses: 2, cancels: 1, closes: 1, lateChecks: 1 },
  },
  { name: 'three faults', budget: { ...nothing, faults: 3 } },
  { name: 'two requests, two faults', budget: { ...nothing, presses: 2, faults: 2 } },
  { name: 'a server stands still', budget: { ...nothing, lapses: 1, faults: 1 } },
  { name: 'a server is killed', budget: { ...nothing, presses: 2, crashes: 1, faults: 1 } },
  {
    name: 'everything',
    budget: {
      ...{ presses: 2, cancels: 1, closes: 1, faults: 2, crashes: 1, lapses: 1, lateChecks: 1 },
    },
  },
]

/** One thing to explore. */
export interface Exploring extends Story {
  readonly mode: Mode
}

const callback: Mode = { ...manual, name: 'callback', captureMethod: 'callback' }
const code: Mode = { ...manual, name: 'manual, with a code', asksForCode: true }
const paid: Mode = { ...manual, name: 'paid', isPaid: true }
const onlyRefunds = { ...nothing, presses: 0, refunds: 2, refundTries: 4 }

/** What only some payments have, each by itself: worlds that stay small. */
const small: readonly Exploring[] = [
  {
    mode: callback,
    name: 'two callbacks and a fault',
    budget: { ...nothing, callbacks: 2, faults: 1 },
  },
  {
    mode: callback,
    name: 'a callback, canceled and closed',
    budget: { ...nothing, callbacks: 2, cancels: 1, closes: 1 },
  },
  {
    mode: { ...callback, name: 'callback, the shop is asked', gate: true },
    name: 'two callbacks',
    budget: { ...nothing, callbacks: 2 },
  },
  {
    mode: callback,
    name: 'two callbacks, and a server that stands still',
    budget: { ...nothing, callbacks: 2, lapses: 1 },
  },
  {
    mode: callback,
    name: 'two callbacks, and a server that is killed',
    budget: { ...nothing, callbacks: 2, crashes: 1 },
  },
  { mode: code, name: 'four codes', budget: { ...nothing, codes: 4 } },
  {
    mode: code,
    name: 'two codes and two faults',
    budget: { ...nothing, codes: 2, faults: 2 },
  },
  {
    mode: code,
    name: 'two codes, and a server that is killed or stands still',
    budget: { ...nothing, codes: 2, crashes: 1, lapses: 1 },
  },
  { mode: paid, name: 'two refunds and two faults', budget: { ...onlyRefunds, faults: 2 } },
  {
    mode: paid,
    name: 'two refunds, and a server that is killed or stands still',
    budget: { ...onlyRefunds, crashes: 1, lapses: 1, faults: 1 },
  },
]

/** Everything that is explored. */
export const explorations: readonly Exploring[] = [
  ...modes.flatMap((mode) => stories.map((story) => ({ mode, ...story }))),
  ...small,
]
