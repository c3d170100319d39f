import { Bell, callback } from '../answers/bell.ts'
import { BenchProvider } from '../answers/provider.ts'
import type { Calls, Cart } from '../answers/provider.ts'
import { createCheckouts, Onlooker } from '../answers/shopper.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { origin } from '../harness/order.ts'
import { pause } from '../harness/usage.ts'

/** What becomes of a request: approved with a callback and without one, declined, canceled, or left alone until its window ends. */
const plots = ['called back', 'approved', 'declined', 'canceled', 'left'] as const
type Plot = (typeof plots)[number]

export interface MixedWish {
  readonly port: number
  readonly count: number
  readonly paceMs: number
  readonly windowMs: number
  /** Shoppers make up their minds within this long. */
  readonly withinMs: number
}

let provider: BenchProvider | undefined

const commands = {
  provide(paceMs: number) {
    provider = new BenchProvider(paceMs)
    return provider.listen()
  },

  /** Everybody in their own way, two browsers looking on each time. Answers what was called, and the least that it takes. */
  async play({ port, count, paceMs, windowMs, withinMs }: MixedWish) {
    const world = provider
    if (!world) throw new Error('there is no provider yet')
    const references = Array.from({ length: count }, (_, index) => `MIX-${index}`)
    const checkouts = await createCheckouts(port, references, true)
    const least = checkouts.map(async ({ reference, token }, index) => {
      const cart = world.find(reference)
      const plot = plots[index % plots.length] ?? 'left'
      const onlookers = [1, 2].map(() => new Onlooker({ port, token }))
      await Promise.all(onlookers.map(({ ready }) => ready))
      await pause(Math.random() * withinMs)
      const decidedAt = performance.now()
      await decide(plot, cart, port, token)
      // Whoever asks once too often has done so by then.
      await pause(windowMs + 3 * paceMs)
      return leastCalls(plot, cart, decidedAt, paceMs)
    })
    const sum = (await Promise.all(least)).reduce((all, one) => all + one, 0)
    return { called: total(world.calls), least: sum, calls: world.calls }
  },
}

async function decide(plot: Plot, cart: Cart, port: number, token: string): Promise<void> {
  if (plot === 'declined') cart.state = 'declined'
  if (plot === 'approved' || plot === 'called back') cart.state = 'reserved'
  if (plot === 'called back') {
    const bell = new Bell(port)
    await bell.ring(callback(cart))
    bell.close()
  }
  if (plot === 'canceled') {
    const { status } = await fetch(`http://127.0.0.1:${port}/v1/session/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, origin },
    })
    if (status !== 202) throw new Error(`a cancellation was answered ${status}`)
  }
}

/** One request, the questions that the pace allows until then, and what it takes to hear the end of it or to bring it about. */
function leastCalls(plot: Plot, cart: Cart, decidedAt: number, paceMs: number): number {
  const { insertedAt = NaN, canceledAt = NaN } = cart
  const isCanceled = plot === 'canceled' || plot === 'left'
  const questions = Math.floor(((isCanceled ? canceledAt : decidedAt) - insertedAt) / paceMs)
  const toHear = plot === 'declined' || isCanceled ? 1 : 2
  return 1 + questions + toHear
}

const total = ({ InsertCart, CheckCart, ConfirmCart, CancelCart }: Calls) =>
  InsertCart + CheckCart + ConfirmCart + CancelCart

export type Shoppers = typeof commands
serveRequests(commands)
