import fc from 'fast-check'
import { sandbox } from '../../demo/simulator/sandbox.ts'
import { sign } from '../../demo/simulator/signature.ts'
import type { CartView, FaultWish } from '../../demo/simulator/simulator.ts'
import type { Word } from './shop.ts'
import type { Mode, Moment, Order, World } from './world.ts'

/**
 * What may happen next. Plain data, so that a story that went wrong can be kept in a file and told again word by word.
 * Numbers pick: the nth order, the nth newest cart, modulo how many there are.
 */
export type Step =
  | { readonly do: 'create' }
  | { readonly do: 'start'; readonly order: number; readonly phone: number }
  | { readonly do: 'approve' | 'reject'; readonly cart: number }
  /** The shopper approves a request that the server does not know by name. */
  | { readonly do: 'approve_orphan' }
  | { readonly do: 'cancel' | 'close'; readonly order: number }
  | { readonly do: 'ring'; readonly cart: number; readonly how: 'again' | 'forged' | 'elsewhere' }
  | { readonly do: 'crash'; readonly turns: number }
  | { readonly do: 'die_at'; readonly path: string; readonly moment: Moment }
  | { readonly do: 'restart' | 'deploy' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'shop'; readonly isUp: boolean }
  | { readonly do: 'say'; readonly word: Word }
  | { readonly do: 'fault'; readonly wish: FaultWish }
  /** The machine's own clock is set; nobody else's. */
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'disk'; readonly isFull: boolean }
  /** The next ones run into each other instead of waiting until all is quiet. */
  | { readonly do: 'together'; readonly steps: readonly Step[] }

/** A whole story: how the world was, and what happened in it. */
export interface Script {
  readonly mode: Mode
  readonly steps: readonly Step[]
}

/** All of them wait for a person; a few for all orders, so that they meet in one budget. */
export const phones = ['8223281', '7701234', '6994321', '8881111'] as const

const seconds = 1_000
const days = 86_400 * seconds

const order = fc.nat({ max: 2 })
const cart = fc.nat({ max: 3 })
const phone = fc.nat({ max: phones.length - 1 })
const calls = ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const

const lossOf = (kinds: readonly FaultWish['kind'][]) =>
  fc.record({
    call: fc.constantFrom(...calls),
    kind: fc.constantFrom(...kinds),
    times: fc.integer({ min: 1, max: 3 }),
    ms: fc.constantFrom(500, 3_000, 40_000),
    effect: fc.boolean(),
  })

const fault: fc.Arbitrary<FaultWish> = fc.oneof(
  { weight: 5, arbitrary: lossOf(['drop_before_effect', 'drop_after_effect']) },
  { weight: 2, arbitrary: lossOf(['delay', 'delay_before_effect']) },
  {
    weight: 2,
    arbitrary: lossOf(['http_500', 'html', 'bad_json', 'bad_signature', 'missing_signature']),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      call: fc.constantFrom('CheckCart' as const, 'ConfirmCart' as const, 'CancelCart' as const),
      kind: fc.constantFrom('wrong_amount' as const, 'wrong_reference' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ call: 'CheckCart', kind: 'stale' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constantFrom(...calls),
      kind: fc.constant('code' as const),
      code: fc.constantFrom(200, 400, 10200, 10201, 10202, 10203, 10302, 10424, 10425, 10426, 999),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('Callback' as const),
      kind: fc.constantFrom('never', 'delay', 'duplicate', 'before_answer', 'forged'),
      times: fc.integer({ min: 1, max: 2 }),
      ms: fc.constantFrom(500, 4_000, 300_000),
    }),
  },
)

const start = fc.record({ do: fc.constant('start' as const), order, phone })
const approve = fc.record({ do: fc.constant('approve' as const), cart })
const small: fc.Arbitrary<Step> = fc.oneof(
  start,
  approve,
  fc.record({ do: fc.constantFrom('cancel' as const, 'close' as const), order }),
  fc.record({ do: fc.constant('crash' as const), turns: fc.nat({ max: 60 }) }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ do: 'create' } as const) },
  { weight: 7, arbitrary: start },
  { weight: 6, arbitrary: approve },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reject' as const), cart }) },
  { weight: 2, arbitrary: fc.constant({ do: 'approve_orphan' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'close' as const), order }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('ring' as const),
      cart,
      how: fc.constantFrom('again' as const, 'forged' as const, 'elsewhere' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash' as const), turns: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('die_at' as const),
      path: fc.constantFrom(...calls, '/callbacks/', '/session/start', '/hook', '/authorize'),
      moment: fc.constantFrom('before' as const, 'after' as const, 'told' as const),
    }),
  },
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
  { weight: 7, arbitrary: fc.record({ do: fc.constant('fault' as const), wish: fault }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.constantFrom(-3_600 * seconds, -60 * seconds, 60 * seconds, 3_600 * seconds),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), isFull: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('together' as const),
      steps: fc.array(small, { minLength: 2, maxLength: 3 }),
    }),
  },
)

export const script = (
  confirmation: fc.Arbitrary<Mode['confirmation']> = fc.constantFrom(
    'manual',
    'automatic',
    'callback',
  ),
): fc.Arbitrary<Script> =>
  fc.record({
    mode: confirmation.chain((chosen) =>
      fc.record({
        confirmation: fc.constant(chosen),
        gate: chosen === 'automatic' ? fc.constant(false) : fc.boolean(),
        budgets: fc.constantFrom('usual' as const, 'lifted' as const),
        approvalMs: fc.constantFrom(60 * seconds, 180 * seconds, 600 * seconds),
      }),
    ),
    // A story without an order and a request in it has nothing to tell.
    steps: fc
      .array(step, { minLength: 1, maxLength: 24, size: 'max' })
      .map((steps): Step[] => [{ do: 'create' }, { do: 'start', order: 0, phone: 0 }, ...steps]),
  })

/** Newest first. */
const cartsOf = (world: World): readonly CartView[] => world.simulator.ledger().carts.toReversed()

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length]

export async function take(world: World, step: Step): Promise<void> {
  await begin(world, step)
  await world.settle()
}

/** Sets it going; an answer that somebody waits for comes when it comes. */
async function begin(world: World, step: Step): Promise<void> {
  const { simulator, shop } = world
  const waiting = () => cartsOf(world).filter(({ state }) => state === 'waiting')
  switch (step.do) {
    case 'create': {
      if (world.orders.length >= 3) return
      const number = world.orders.length + 1
      const fresh = { reference: `WEB-${number}`, amount: 1_000 + number, id: null, session: null }
      world.orders.push(fresh)
      await place(world, fresh)
      return
    }
    case 'start': {
      const chosen = await placed(world, step.order)
      if (!chosen?.session) return
      const body = { phone: phones[step.phone] }
      void world.call('POST', '/v1/session/start', { session: chosen.session, body })
      return
    }
    case 'approve':
    case 'reject': {
      const chosen = pick(waiting(), step.cart)
      if (chosen) simulator[step.do](chosen.TransactionId)
      return
    }
    case 'approve_orphan': {
      const known = await knownRefs(world)
      const orphan = waiting().find(({ TransactionId }) => !known.has(TransactionId))
      if (orphan) simulator.approve(orphan.TransactionId)
      return
    }
    case 'cancel': {
      const chosen = await placed(world, step.order)
      if (!chosen?.session) return
      void world.call('POST', '/v1/session/cancel', { session: chosen.session, body: {} })
      return
    }
    case 'close': {
      const chosen = await placed(world, step.order)
      if (chosen?.id) void world.call('POST', `/v1/checkouts/${chosen.id}/cancel`, { body: {} })
      return
    }
    case 'ring':
      ring(world, step)
      return
    case 'crash':
      for (let turn = 0; turn < step.turns; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      world.crash()
      return
    case 'die_at':
      world.dieAt(step)
      return
    case 'restart':
      await world.restart()
      return
    case 'deploy':
      await world.stop()
      await world.restart()
      return
    case 'pass':
      await world.pass(step.ms)
      return
    case 'shop':
      shop.isUp = step.isUp
      return
    case 'say':
      shop.word = step.word
      return
    case 'fault':
      simulator.fault(step.wish)
      return
    case 'jump':
      world.jump(step.ms)
      return
    case 'disk':
      if (step.isFull) world.fillDisk()
      else world.emptyDisk()
      return
    case 'together':
      for (const one of step.steps) await begin(world, one)
      return
  }
}

/** As a shop does: the same order again, until it has an answer. */
async function place(world: World, order: Order): Promise<void> {
  const { reference, amount } = order
  const answer = await world.call('POST', '/v1/checkouts', {
    body: { reference, amount, currency: 'ISK' },
  })
  if (answer?.status !== 200 && answer?.status !== 201) return
  const { id, session } = answer.json as { id: string; session: string }
  Object.assign(order, { id, session })
}

async function placed(world: World, index: number): Promise<Order | undefined> {
  const order = pick(world.orders, index)
  if (order && !order.id) await place(world, order)
  return order
}

async function knownRefs(world: World): Promise<Set<string>> {
  const known = new Set<string>()
  for (const { id } of world.orders) {
    const view = id === null ? null : await world.look(`/v1/checkouts/${id}`)
    const { attempts = [] } = (view?.json ?? {}) as {
      attempts?: { transactionId: string | null }[]
    }
    for (const { transactionId } of attempts) if (transactionId) known.add(transactionId)
  }
  return known
}

/** A callback that the provider did not send just now: an old one again, a stranger's, or one for another attempt. */
function ring(world: World, { cart, how }: Step & { do: 'ring' }): void {
  const chosen = pick(cartsOf(world), cart)
  const other = how === 'elsewhere' ? pick(cartsOf(world), cart + 1) : chosen
  const url = other?.CallbackUrl
  if (!chosen || !url) return
  const { TransactionId, Reference: ReferenceNumber, Amount: TotalAmount } = chosen
  const body = JSON.stringify({
    ...{ Success: true, ResultCode: 10200, PaymentSuccessful: true },
    PaymentInfo: { TransactionId, ReferenceNumber, TotalAmount },
  })
  const nonce = '1'
  const secret = how === 'forged' ? 'somebody else' : sandbox.secretKey
  const headers = {
    'content-type': 'application/json',
    netgiro_nonce: nonce,
    netgiro_signature: sign(secret, { nonce, url, body }),
  }
  void fetch(url, { method: 'POST', body, headers }).then(
    (response) => response.arrayBuffer(),
    () => {},
  )
}
