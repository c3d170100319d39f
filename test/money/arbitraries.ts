import fc from 'fast-check'
import { railNames } from './rails/rail.ts'
import type { Confirmation, RailName, RailFault } from './rails/rail.ts'
import { rails } from './rails/rails.ts'
import { appCodes, nationalIds, phones } from './steps.ts'
import type { Script, Step } from './steps.ts'
import type { Mode, Settings } from './simulation.ts'

const seconds = 1_000
const days = 86_400 * seconds

const order = fc.nat({ max: 2 })
const cart = fc.nat({ max: 3 })
const phone = fc.nat({ max: phones.length - 1 })

interface Weighted {
  readonly weight: number
  readonly arbitrary: fc.Arbitrary<Step>
}

const togetherOf = (steps: fc.Arbitrary<Step>) =>
  fc.record({
    do: fc.constant('together' as const),
    steps: fc.array(steps, { minLength: 2, maxLength: 3 }),
  })
const start = fc.record({ do: fc.constant('start' as const), order, phone })
const approve = fc.record({ do: fc.constant('approve' as const), cart })
const end = fc.record({ do: fc.constantFrom('cancel' as const, 'close' as const), order })
const crash = (turns: fc.Arbitrary<number>) =>
  fc.record({ do: fc.constant('crash' as const), turns })
/** Keys often repeat, and most amounts leave room for another refund. */
const refund = fc.record({
  do: fc.constant('refund' as const),
  order,
  amount: fc.constantFrom(1, 300, 300, 600, 0, 2_000),
  key: fc.nat({ max: 2 }),
})
const code = fc.record({
  do: fc.constant('code' as const),
  order,
  isRight: fc.oneof(
    { weight: 3, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
})

const identify = (by: 'nationalId' | 'appCode', count: number) =>
  fc.record({
    do: fc.constant('identify' as const),
    order,
    by: fc.constant(by),
    who: fc.nat({ max: count - 1 }),
  })

/** Steps for one provider only: how payers are identified, and what they do. */
const own: Readonly<Record<RailName, readonly Weighted[]>> = {
  v1: [],
  v2: [],
  pos: [
    { weight: 5, arbitrary: identify('nationalId', nationalIds.length) },
    { weight: 2, arbitrary: identify('appCode', appCodes.length) },
    { weight: 7, arbitrary: code },
    { weight: 2, arbitrary: togetherOf(code) },
  ],
  avarda: [
    { weight: 3, arbitrary: fc.record({ do: fc.constant('load' as const), order }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('payer_action' as const),
        cart,
        payerAction: fc.constantFrom('leave' as const, 'run_out', 'hand_over', 'go_elsewhere'),
      }),
    },
  ],
}

/** A scenario without an order and a request would test nothing. */
const beginnings: Readonly<Record<RailName, readonly Step[]>> = {
  v1: [{ do: 'start', order: 0, phone: 0 }],
  v2: [{ do: 'start', order: 0, phone: 0 }],
  pos: [
    { do: 'start', order: 0, phone: 0 },
    { do: 'identify', order: 0, by: 'nationalId', who: 0 },
    { do: 'identify', order: 0, by: 'nationalId', who: 0 },
    { do: 'identify', order: 0, by: 'appCode', who: 0 },
  ],
  avarda: [{ do: 'start', order: 0, phone: 0 }],
}

/** Steps that may run concurrently with others. */
const small = (rail: RailName): fc.Arbitrary<Step> =>
  fc.oneof(
    start,
    approve,
    end,
    crash(fc.nat({ max: 60 })),
    refund,
    ...(rail === 'pos' ? [code] : []),
  )

const crashAt = (rail: RailName) =>
  fc.record({
    do: fc.constant('crash_at' as const),
    path: fc.constantFrom(
      ...rails[rail].calls,
      ...['/callbacks/', '/session/start', '/hook', '/authorize'],
    ),
    moment: fc.constantFrom('before' as const, 'after' as const, 'delivered' as const),
  })

/** For less long than the shortest deadline of a call, and cut at one of them. */
const dripAt = (rail: RailName) =>
  fc.boolean().chain((isWhole) =>
    fc.record({
      do: fc.constant('drip' as const),
      path: fc.constantFrom(...rails[rail].calls),
      isWhole: fc.constant(isWhole),
      ms: fc.constantFrom(...(isWhole ? [500, 3_000, 7_000] : [8_000, 15_000, 20_000])),
    }),
  )

const faultOf = (fault: fc.Arbitrary<RailFault>) =>
  fc.record({ do: fc.constant('fault' as const), fault })

/** While the database is locked polls come due as well, and the server may be told to stop. */
const lockedOf = (rail: RailName) =>
  fc.record({
    do: fc.constant('locked' as const),
    steps: fc
      .tuple(
        fc.array(small(rail), { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Step[]>([], [{ do: 'pass', ms: 5 * seconds }], [{ do: 'deploy' }]),
      )
      .map(([steps, last]) => [...steps, ...last]),
  })

const step = (rail: RailName): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant({ do: 'create' } as const) },
    { weight: 7, arbitrary: start },
    { weight: 6, arbitrary: approve },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reject' as const), cart }) },
    { weight: 2, arbitrary: fc.constant({ do: 'approve_orphan' } as const) },
    { weight: 3, arbitrary: end },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), order }) },
    { weight: 2, arbitrary: refund },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('callback' as const),
        cart,
        how: fc.constantFrom('again' as const, 'forged' as const, 'elsewhere' as const),
      }),
    },
    { weight: 2, arbitrary: crash(fc.constant(0)) },
    { weight: 2, arbitrary: crashAt(rail) },
    { weight: 3, arbitrary: dripAt(rail) },
    { weight: 4, arbitrary: fc.constant({ do: 'restart' } as const) },
    { weight: 1, arbitrary: fc.constant({ do: 'deploy' } as const) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        ms: fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom(500, 2 * seconds, 5 * seconds, 20 * seconds) },
          { weight: 3, arbitrary: fc.constantFrom(100 * seconds, 181 * seconds, 240 * seconds) },
          { weight: 1, arbitrary: fc.constantFrom(3_700 * seconds, 1 * days, 3 * days) },
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('shop' as const), isUp: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('say' as const),
        word: fc.constantFrom('yes' as const, 'no' as const, 'nothing' as const),
      }),
    },
    { weight: 7, arbitrary: faultOf(rails[rail].faults) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('jump' as const),
        ms: fc.constantFrom(-3_600 * seconds, -60 * seconds, 60 * seconds, 3_600 * seconds),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), isFull: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('away' as const), isAway: fc.boolean() }) },
    { weight: 1, arbitrary: lockedOf(rail) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Step[]>({ do: 'backup' }, { do: 'backup' }, { do: 'restore' }),
    },
    {
      weight: 1,
      arbitrary: settings(rail).map((changed): Step => ({ do: 'change', settings: changed })),
    },
    { weight: 3, arbitrary: togetherOf(small(rail)) },
    ...own[rail],
  )

/** Refunds need a payment first, which is rare in random steps. */
const afterwards = (rail: RailName): fc.Arbitrary<readonly Step[]> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc
        .array(
          fc.oneof(
            { weight: 3, arbitrary: refund },
            { weight: 2, arbitrary: togetherOf(refund) },
            { weight: 2, arbitrary: togetherOf(small(rail)) },
            { weight: 3, arbitrary: faultOf(rails[rail].refundFaults) },
            { weight: 1, arbitrary: crashAt(rail) },
            { weight: 1, arbitrary: dripAt(rail) },
            { weight: 1, arbitrary: crash(fc.nat({ max: 60 })) },
            { weight: 1, arbitrary: fc.constant({ do: 'restart' } as const) },
            { weight: 1, arbitrary: fc.constant({ do: 'pass', ms: 20 * seconds } as const) },
          ),
          { minLength: 1, maxLength: 8 },
        )
        .map((steps): Step[] => [
          { do: 'restart' },
          { do: 'approve', cart: 0 },
          ...(rail === 'pos' ? [{ do: 'code', order: 0, isRight: true } as const] : []),
          { do: 'pass', ms: 20 * seconds },
          ...steps,
        ]),
    },
  )

/** In automatic mode there is no capture for the shop to approve. */
const settings = (rail: RailName): fc.Arbitrary<Settings> =>
  fc.constantFrom<Confirmation[]>(...rails[rail].confirmations).chain((confirmation) =>
    fc.record({
      confirmation: fc.constant(confirmation),
      gate: confirmation === 'automatic' ? fc.constant(false) : fc.boolean(),
      publicUrl: fc.constantFrom('usual' as const, 'other' as const),
    }),
  )

const mode = (rail: RailName): fc.Arbitrary<Mode> =>
  settings(rail).chain(({ confirmation, gate }) =>
    fc.record({
      rail: fc.constant(rail),
      confirmation: fc.constant(confirmation),
      gate: fc.constant(gate),
      budgets: fc.constantFrom('usual' as const, 'lifted' as const),
      approvalMs: fc.constantFrom(60 * seconds, 180 * seconds, 600 * seconds),
    }),
  )

/** Scenarios about one way to pay, or about each of them in turn. */
export const script = (names: readonly RailName[] = railNames): fc.Arbitrary<Script> =>
  fc.constantFrom(...names).chain((rail) =>
    fc.record({
      mode: mode(rail),
      steps: fc
        .tuple(
          fc.constantFrom(...beginnings[rail]),
          fc.array(step(rail), { minLength: 1, maxLength: 24, size: 'max' }),
          afterwards(rail),
        )
        .map(([first, steps, last]): Step[] => [{ do: 'create' }, first, ...steps, ...last]),
    }),
  )
