import type { Payment, PayerAction, RailFault } from './rails/rail.ts'
import type { Decision } from './shop.ts'
import type { JsonResponse } from './http-client.ts'
import type { Mode, Moment, Order, Settings, Simulation } from './simulation.ts'

/**
 * What may happen next. Plain data, so that a failing scenario can be kept in a file and replayed exactly.
 * Numbers are indexes: the nth order, the nth newest cart, modulo their number.
 */
export type Step =
  | { readonly do: 'create' }
  /** The shop wants the same order paid after its checkout has ended without a payment. */
  | { readonly do: 'again'; readonly order: number }
  | { readonly do: 'start'; readonly order: number; readonly phone: number }
  /** The cashier enters the customer's kennitala, or scans an app code. */
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
  | { readonly do: 'payer_action'; readonly cart: number; readonly payerAction: PayerAction }
  /** The shopper approves a request whose id the server does not know. */
  | { readonly do: 'approve_orphan' }
  | { readonly do: 'cancel' | 'close'; readonly order: number }
  /** `amount`: 0 is all of it. The same `key` again is meant to be the same refund. */
  | {
      readonly do: 'refund'
      readonly order: number
      readonly amount: number
      readonly key: number
    }
  | {
      readonly do: 'callback'
      readonly cart: number
      readonly how: 'again' | 'forged' | 'elsewhere'
    }
  | { readonly do: 'crash'; readonly turns: number }
  | { readonly do: 'crash_at'; readonly path: string; readonly moment: Moment }
  /**
   * The next answer to such a call drips: its second half comes in pieces, or, as at the deadline of the call, never. That deadline
   * runs in real time, so the line is cut in its place.
   */
  | {
      readonly do: 'drip'
      readonly path: string
      readonly isWhole: boolean
      readonly ms: number
    }
  | { readonly do: 'restart' | 'deploy' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'shop'; readonly isUp: boolean }
  | { readonly do: 'say'; readonly word: Decision }
  | { readonly do: 'fault'; readonly fault: RailFault }
  /** Sets the clock of the server's machine only. */
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'disk'; readonly isFull: boolean }
  /** These begin while another program holds the database's write lock, which it soon releases. */
  | { readonly do: 'locked'; readonly steps: readonly Step[] }
  /** A backup of the database is made; later it is restored, and the process starts on it. */
  | { readonly do: 'backup' | 'restore' }
  /** The provider cannot be reached: requests are not sent. */
  | { readonly do: 'away'; readonly isAway: boolean }
  /** A deploy with other settings, also while attempts are open. */
  | { readonly do: 'change'; readonly settings: Partial<Settings> }
  /** These run concurrently instead of one after the other. */
  | { readonly do: 'together'; readonly steps: readonly Step[] }

/** A whole scenario: the initial setup and its steps. */
export interface Script {
  readonly mode: Mode
  readonly steps: readonly Step[]
}

/** All of them wait for a person; there are few, so that several orders share one rate limit. */
export const phones = ['8223281', '7701234', '6994321', '8881111'] as const
export const nationalIds = ['0101302989', '1206753029', '2902004129', '5001012880'] as const
/** Each is valid for one sale. */
export const appCodes = [
  '500004a001',
  '500004b002',
  '500004c003',
  '500004d004',
  '500004e005',
] as const

/** Newest first. */
const paymentsOf = (simulation: Simulation): readonly Payment[] =>
  simulation.rail.payments().toReversed()

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length]

export async function performStep(simulation: Simulation, step: Step): Promise<void> {
  await begin(simulation, step)
  await simulation.settle()
}

/** Starts the step without waiting for responses. */
async function begin(simulation: Simulation, step: Step): Promise<void> {
  const { rail, shop } = simulation
  const waiting = () => paymentsOf(simulation).filter(({ state }) => state === 'waiting')
  switch (step.do) {
    case 'create': {
      const number = new Set(simulation.orders.map(({ reference }) => reference)).size + 1
      if (number > 3) return
      const wanted = { reference: `WEB-${number}`, amount: 1_000 + number }
      const fresh = { ...wanted, id: null, session: null, refunds: new Map<string, Set<string>>() }
      simulation.orders.push(fresh)
      await place(simulation, fresh)
      return
    }
    case 'again': {
      const before = pick(simulation.orders, step.order)
      if (!before?.id || simulation.orders.length >= 5) return
      const after: Order = { ...before, id: null, session: null, refunds: new Map() }
      await place(simulation, after)
      if (after.id !== null && simulation.orders.every(({ id }) => id !== after.id))
        simulation.orders.push(after)
      return
    }
    case 'start':
      await sendShopperAction(simulation, step.order, 'start', payerOf(simulation, step))
      return
    case 'identify': {
      const value = pick(step.by === 'nationalId' ? nationalIds : appCodes, step.who)
      await sendShopperAction(simulation, step.order, 'start', { [step.by]: value })
      return
    }
    case 'code': {
      const reference = pick(simulation.orders, step.order)?.reference
      const asked = paymentsOf(simulation).find(
        (payment) => payment.smsCode !== null && payment.reference.startsWith(`${reference}-`),
      )
      const { smsCode = null } = asked ?? {}
      const wrong = smsCode === '0000' ? '1111' : '0000'
      if (smsCode)
        await sendShopperAction(simulation, step.order, 'code', {
          code: step.isRight ? smsCode : wrong,
        })
      return
    }
    case 'load': {
      const session = pick(simulation.orders, step.order)?.session
      if (session) void simulation.call('GET', '/v1/session', { session }).then(show(simulation))
      return
    }
    case 'approve': {
      const chosen = pick(waiting(), step.cart)
      if (chosen) rail.approve(chosen.id)
      return
    }
    case 'reject': {
      const answerable = ({ state }: Payment) => state === 'waiting' || state === 'awaiting_code'
      const chosen = pick(paymentsOf(simulation).filter(answerable), step.cart)
      if (chosen) rail.reject(chosen.id)
      return
    }
    case 'payer_action': {
      const chosen = pick(waiting(), step.cart)
      if (chosen) rail.payerAction(chosen.id, step.payerAction)
      return
    }
    case 'approve_orphan': {
      const known = await knownRefs(simulation)
      const orphan = waiting().find(({ id }) => !known.has(id))
      if (orphan) rail.approve(orphan.id)
      return
    }
    case 'cancel':
      await sendShopperAction(simulation, step.order, 'cancel', {})
      return
    case 'close': {
      const chosen = await placed(simulation, step.order)
      if (chosen?.id)
        void simulation.call('POST', `/v1/checkouts/${chosen.id}/cancel`, { body: {} })
      return
    }
    case 'refund': {
      const chosen = await placed(simulation, step.order)
      if (chosen) requestRefund(simulation, chosen, step)
      return
    }
    case 'callback':
      sendCallback(simulation, step)
      return
    case 'crash':
      for (let turn = 0; turn < step.turns; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      simulation.crash()
      return
    case 'crash_at':
      simulation.crashAt(step)
      return
    case 'drip':
      simulation.dripAt(step)
      return
    case 'restart':
      await simulation.restart()
      return
    case 'deploy':
      await simulation.stop()
      await simulation.restart()
      return
    case 'pass':
      await simulation.passQuickly(step.ms)
      return
    case 'shop':
      shop.isUp = step.isUp
      return
    case 'say':
      shop.decision = step.word
      return
    case 'fault':
      rail.fault(resolveCart(simulation, step.fault))
      return
    case 'jump':
      simulation.jump(step.ms)
      return
    case 'disk':
      if (step.isFull) simulation.fillDisk()
      else simulation.emptyDisk()
      return
    case 'locked':
      await simulation.whileLocked(() =>
        Promise.all(step.steps.map((one) => begin(simulation, one))),
      )
      return
    case 'backup':
      simulation.backUp()
      return
    case 'restore':
      await simulation.restore()
      await placeAgain(simulation)
      return
    case 'away':
      await simulation.setAway(step.isAway)
      return
    case 'change':
      // A deploy waits for what cannot be written to a full disk.
      if (!simulation.isDiskFull) await simulation.change(step.settings)
      return
    case 'together':
      for (const one of step.steps) await begin(simulation, one)
      return
  }
}

/** Picks the cart whose answer is given instead, as everything else is picked. */
function resolveCart(simulation: Simulation, fault: RailFault): RailFault {
  if (!('cart' in fault)) return fault
  const id = pick(paymentsOf(simulation), Number(fault.cart))?.id
  return { ...fault, ...(id !== undefined && { cart: id }) }
}

function payerOf(simulation: Simulation, { phone }: Step & { do: 'start' }): object {
  // With the provider's own form, the browser sends no payer.
  return simulation.rail.notifiesPayer ? { phone: phones[phone] } : {}
}

/** Sends what a browser or point of sale sends, without waiting; the snapshot in the response is shown. */
async function sendShopperAction(
  simulation: Simulation,
  index: number,
  action: 'start' | 'code' | 'cancel',
  body: object,
): Promise<void> {
  const session = (await placed(simulation, index))?.session
  if (!session) return
  void simulation.call('POST', `/v1/session/${action}`, { session, body }).then(show(simulation))
}

const show =
  ({ rail }: Simulation) =>
  (answer: JsonResponse | null): void => {
    if (answer && answer.status < 300) rail.show(answer.json)
  }

/** As a shop's backend does, which may ask again with the same key. */
function requestRefund(
  simulation: Simulation,
  order: Order,
  { amount, key }: Step & { do: 'refund' },
): void {
  if (order.id === null) return
  const name = `refund-${key}`
  const answers = order.refunds.get(name) ?? new Set()
  order.refunds.set(name, answers)
  const body = { amount: amount === 0 ? order.amount : amount }
  void simulation
    .call('POST', `/v1/checkouts/${order.id}/refunds`, { body, key: name })
    .then((answer) => {
      if (answer && answer.status < 300) answers.add((answer.json as { id: string }).id)
    })
}

/** As a shop does: sends the same order again until it gets a response. */
async function place(simulation: Simulation, order: Order): Promise<void> {
  const body = simulation.rail.order(order.reference, order.amount)
  const answer = await simulation.call('POST', '/v1/checkouts', { body })
  if (answer?.status !== 200 && answer?.status !== 201) return
  const { id, session } = answer.json as { id: string; session: string }
  Object.assign(order, { id, session })
}

/** After a restore: the shop creates again what the server no longer knows. */
async function placeAgain(simulation: Simulation): Promise<void> {
  for (const order of simulation.orders) {
    const isKnown =
      order.id !== null &&
      order.session !== null &&
      (await simulation.look(`/v1/checkouts/${order.id}`))?.status === 200 &&
      (await simulation.look('/v1/session', order.session))?.status === 200
    if (isKnown) continue
    Object.assign(order, { id: null, session: null })
    await place(simulation, order)
  }
}

async function placed(simulation: Simulation, index: number): Promise<Order | undefined> {
  const order = pick(simulation.orders, index)
  if (order && !order.id) await place(simulation, order)
  return order
}

async function knownRefs(simulation: Simulation): Promise<Set<string>> {
  const known = new Set<string>()
  for (const { id } of simulation.orders) {
    const view = id === null ? null : await simulation.look(`/v1/checkouts/${id}`)
    const { attempts = [] } = (view?.json ?? {}) as {
      attempts?: { transactionId: string | null }[]
    }
    for (const { transactionId } of attempts) if (transactionId) known.add(transactionId)
  }
  return known
}

/** A callback that the provider did not just send: an old one again, a forged one, or one for another attempt. */
function sendCallback(simulation: Simulation, { cart, how }: Step & { do: 'callback' }): void {
  const chosen = pick(paymentsOf(simulation), cart)
  const other = how === 'elsewhere' ? pick(paymentsOf(simulation), cart + 1) : chosen
  const url = other?.callbackUrl
  if (!chosen || !url) return
  const { body, headers } = simulation.rail.callbackFor(chosen, url, how === 'forged')
  void fetch(url, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  }).then(
    (response) => response.arrayBuffer(),
    () => {},
  )
}
