import type { Payment, Whim, Wish } from './rails/rail.ts'
import type { Word } from './shop.ts'
import type { Answered, Mode, Moment, Order, Settings, World } from './world.ts'

/**
 * What may happen next. Plain data, so that a story that went wrong can be kept in a file and told again word by word.
 * Numbers pick: the nth order, the nth newest cart, modulo how many there are.
 */
export type Step =
  | { readonly do: 'create' }
  /** The shop wants the same order paid after its checkout has ended without a payment. */
  | { readonly do: 'again'; readonly order: number }
  | { readonly do: 'start'; readonly order: number; readonly phone: number }
  /** The cashier is told a kennitala, or scans the code of the app. */
  | {
      readonly do: 'identify'
      readonly order: number
      readonly by: 'nationalId' | 'appCode'
      readonly who: number
    }
  /** The cashier enters the code that the customer read out, or another one. */
  | { readonly do: 'code'; readonly order: number; readonly isRight: boolean }
  /** The page is loaded again, and with it the provider's form. */
  | { readonly do: 'load'; readonly order: number }
  | { readonly do: 'approve' | 'reject'; readonly cart: number }
  | { readonly do: 'indulge'; readonly cart: number; readonly whim: Whim }
  /** The shopper approves a request that the server does not know by name. */
  | { readonly do: 'approve_orphan' }
  | { readonly do: 'cancel' | 'close'; readonly order: number }
  /** `amount`: 0 is all of it. The same `key` again is meant to be the same refund. */
  | {
      readonly do: 'refund'
      readonly order: number
      readonly amount: number
      readonly key: number
    }
  | { readonly do: 'ring'; readonly cart: number; readonly how: 'again' | 'forged' | 'elsewhere' }
  | { readonly do: 'crash'; readonly turns: number }
  | { readonly do: 'die_at'; readonly path: string; readonly moment: Moment }
  | { readonly do: 'restart' | 'deploy' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'shop'; readonly isUp: boolean }
  | { readonly do: 'say'; readonly word: Word }
  | { readonly do: 'fault'; readonly wish: Wish }
  /** The machine's own clock is set; nobody else's. */
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'disk'; readonly isFull: boolean }
  /** Another program holds the database's lock. */
  | { readonly do: 'lock'; readonly isLocked: boolean }
  /** A backup of the database is made; later it is put in its place, and the process comes up on that. */
  | { readonly do: 'backup' | 'restore' }
  /** The provider cannot be reached: what is sent does not leave. */
  | { readonly do: 'away'; readonly isAway: boolean }
  /** A deploy with other settings, whatever is open. */
  | { readonly do: 'change'; readonly settings: Partial<Settings> }
  /** The next ones run into each other instead of waiting until all is quiet. */
  | { readonly do: 'together'; readonly steps: readonly Step[] }

/** A whole story: how the world was, and what happened in it. */
export interface Script {
  readonly mode: Mode
  readonly steps: readonly Step[]
}

/** All of them wait for a person; a few for all orders, so that they meet in one budget. */
export const phones = ['8223281', '7701234', '6994321', '8881111'] as const
export const nationalIds = ['0101302989', '1206753029', '2902004129', '5001012880'] as const
/** Each is good for one sale. */
export const appCodes = [
  '500004a001',
  '500004b002',
  '500004c003',
  '500004d004',
  '500004e005',
] as const

/** Newest first. */
const paymentsOf = (world: World): readonly Payment[] => world.rail.payments().toReversed()

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length]

export async function take(world: World, step: Step): Promise<void> {
  await begin(world, step)
  await world.settle()
}

/** Sets it going; an answer that somebody waits for comes when it comes. */
async function begin(world: World, step: Step): Promise<void> {
  const { rail, shop } = world
  const waiting = () => paymentsOf(world).filter(({ state }) => state === 'waiting')
  switch (step.do) {
    case 'create': {
      const number = new Set(world.orders.map(({ reference }) => reference)).size + 1
      if (number > 3) return
      const wanted = { reference: `WEB-${number}`, amount: 1_000 + number }
      const fresh = { ...wanted, id: null, session: null, refunds: new Map<string, Set<string>>() }
      world.orders.push(fresh)
      await place(world, fresh)
      return
    }
    case 'again': {
      const before = pick(world.orders, step.order)
      if (!before?.id || world.orders.length >= 5) return
      const after: Order = { ...before, id: null, session: null, refunds: new Map() }
      await place(world, after)
      if (after.id !== null && world.orders.every(({ id }) => id !== after.id))
        world.orders.push(after)
      return
    }
    case 'start':
      await browse(world, step.order, 'start', payerOf(world, step))
      return
    case 'identify': {
      const value = pick(step.by === 'nationalId' ? nationalIds : appCodes, step.who)
      await browse(world, step.order, 'start', { [step.by]: value })
      return
    }
    case 'code': {
      const reference = pick(world.orders, step.order)?.reference
      const asked = paymentsOf(world).find(
        (payment) => payment.smsCode !== null && payment.reference.startsWith(`${reference}-`),
      )
      const { smsCode = null } = asked ?? {}
      const wrong = smsCode === '0000' ? '1111' : '0000'
      if (smsCode) await browse(world, step.order, 'code', { code: step.isRight ? smsCode : wrong })
      return
    }
    case 'load': {
      const session = pick(world.orders, step.order)?.session
      if (session) void world.call('GET', '/v1/session', { session }).then(show(world))
      return
    }
    case 'approve': {
      const chosen = pick(waiting(), step.cart)
      if (chosen) rail.approve(chosen.id)
      return
    }
    case 'reject': {
      const answerable = ({ state }: Payment) => state === 'waiting' || state === 'awaiting_code'
      const chosen = pick(paymentsOf(world).filter(answerable), step.cart)
      if (chosen) rail.reject(chosen.id)
      return
    }
    case 'indulge': {
      const chosen = pick(waiting(), step.cart)
      if (chosen) rail.indulge(chosen.id, step.whim)
      return
    }
    case 'approve_orphan': {
      const known = await knownRefs(world)
      const orphan = waiting().find(({ id }) => !known.has(id))
      if (orphan) rail.approve(orphan.id)
      return
    }
    case 'cancel':
      await browse(world, step.order, 'cancel', {})
      return
    case 'close': {
      const chosen = await placed(world, step.order)
      if (chosen?.id) void world.call('POST', `/v1/checkouts/${chosen.id}/cancel`, { body: {} })
      return
    }
    case 'refund': {
      const chosen = await placed(world, step.order)
      if (chosen) wishRefund(world, chosen, step)
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
      rail.fault(named(world, step.wish))
      return
    case 'jump':
      world.jump(step.ms)
      return
    case 'disk':
      if (step.isFull) world.fillDisk()
      else world.emptyDisk()
      return
    case 'lock':
      if (step.isLocked) world.lockDatabase()
      else world.unlockDatabase()
      return
    case 'backup':
      world.backUp()
      return
    case 'restore':
      await world.restore()
      await placeAgain(world)
      return
    case 'away':
      await world.setAway(step.isAway)
      return
    case 'change':
      // What the disk does not take, a deploy waits for.
      if (!world.isDiskFull) await world.change(step.settings)
      return
    case 'together':
      for (const one of step.steps) await begin(world, one)
      return
  }
}

/** Whose answer is given instead is picked as everything else is. */
function named(world: World, wish: Wish): Wish {
  if (!('cart' in wish)) return wish
  const id = pick(paymentsOf(world), Number(wish.cart))?.id
  return { ...wish, ...(id !== undefined && { cart: id }) }
}

function payerOf(world: World, { phone }: Step & { do: 'start' }): object {
  // Where the provider's own form asks, the browser has nothing to say.
  return world.rail.touchesPayer ? { phone: phones[phone] } : {}
}

/** What a browser, or a till, asks for; nobody waits for the answer, but what it holds is shown. */
async function browse(
  world: World,
  index: number,
  deed: 'start' | 'code' | 'cancel',
  body: object,
): Promise<void> {
  const session = (await placed(world, index))?.session
  if (!session) return
  void world.call('POST', `/v1/session/${deed}`, { session, body }).then(show(world))
}

const show =
  ({ rail }: World) =>
  (answer: Answered | null): void => {
    if (answer && answer.status < 300) rail.show(answer.json)
  }

/** As a shop's backend does, which may ask again with the same key. */
function wishRefund(world: World, order: Order, { amount, key }: Step & { do: 'refund' }): void {
  if (order.id === null) return
  const name = `refund-${key}`
  const answers = order.refunds.get(name) ?? new Set()
  order.refunds.set(name, answers)
  const body = { amount: amount === 0 ? order.amount : amount }
  void world
    .call('POST', `/v1/checkouts/${order.id}/refunds`, { body, key: name })
    .then((answer) => {
      if (answer && answer.status < 300) answers.add((answer.json as { id: string }).id)
    })
}

/** As a shop does: the same order again, until it has an answer. */
async function place(world: World, order: Order): Promise<void> {
  const body = world.rail.order(order.reference, order.amount)
  const answer = await world.call('POST', '/v1/checkouts', { body })
  if (answer?.status !== 200 && answer?.status !== 201) return
  const { id, session } = answer.json as { id: string; session: string }
  Object.assign(order, { id, session })
}

/** After a restore: what the server does not know any more, the shop asks for again. */
async function placeAgain(world: World): Promise<void> {
  for (const order of world.orders) {
    const isKnown =
      order.id !== null &&
      order.session !== null &&
      (await world.look(`/v1/checkouts/${order.id}`))?.status === 200 &&
      (await world.look('/v1/session', order.session))?.status === 200
    if (isKnown) continue
    Object.assign(order, { id: null, session: null })
    await place(world, order)
  }
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
  const chosen = pick(paymentsOf(world), cart)
  const other = how === 'elsewhere' ? pick(paymentsOf(world), cart + 1) : chosen
  const url = other?.callbackUrl
  if (!chosen || !url) return
  const { body, headers } = world.rail.bell(chosen, url, how === 'forged')
  void fetch(url, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  }).then(
    (response) => response.arrayBuffer(),
    () => {},
  )
}
