import { CallbackConnection, callback } from '../answers/callback-connection.ts'
import { BenchProvider } from '../answers/provider.ts'
import type { Calls, Cart } from '../answers/provider.ts'
import { createCheckouts, StatusReader } from '../answers/shopper.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { origin } from '../harness/order.ts'
import { pause } from '../harness/usage.ts'

/** How a request ends: approved with a callback and without one, declined, canceled, or left alone until its window ends. */
const endings = ['called back', 'approved', 'declined', 'canceled', 'left'] as const
type Ending = (typeof endings)[number]

export interface MixedOptions {
  readonly port: number
  readonly count: number
  readonly paceMs: number
  readonly windowMs: number
  /** Shoppers decide within this time. */
  readonly withinMs: number
}

let provider: BenchProvider | undefined

const commands = {
  provide(paceMs: number) {
    provider = new BenchProvider(paceMs)
    return provider.listen()
  },

  /** Plays each ending with two browsers watching. Returns the calls that were made, and the fewest possible. */
  async play({ port, count, paceMs, windowMs, withinMs }: MixedOptions) {
    const world = provider
    if (!world) throw new Error('call "provide" first')
    const references = Array.from({ length: count }, (_, index) => `MIX-${index}`)
    const checkouts = await createCheckouts(port, references, true)
    const least = checkouts.map(async ({ reference, token }, index) => {
      const cart = world.find(reference)
      const ending = endings[index % endings.length] ?? 'left'
      const readers = [1, 2].map(() => new StatusReader({ port, token }))
      await Promise.all(readers.map(({ ready }) => ready))
      await pause(Math.random() * withinMs)
      const decidedAt = performance.now()
      await decide(ending, cart, port, token)
      // By then a superfluous poll would have been made.
      await pause(windowMs + 3 * paceMs)
      return leastCalls(ending, cart, decidedAt, paceMs)
    })
    const sum = (await Promise.all(least)).reduce((all, one) => all + one, 0)
    return { called: total(world.calls), least: sum, calls: world.calls }
  },
}

async function decide(ending: Ending, cart: Cart, port: number, token: string): Promise<void> {
  if (ending === 'declined') cart.state = 'declined'
  if (ending === 'approved' || ending === 'called back') cart.state = 'reserved'
  if (ending === 'called back') {
    const connection = new CallbackConnection(port)
    await connection.send(callback(cart))
    connection.close()
  }
  if (ending === 'canceled') {
    const { status } = await fetch(`http://127.0.0.1:${port}/v1/session/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, origin },
    })
    if (status !== 202) throw new Error(`a cancellation was answered ${status}`)
  }
}

/** One request, the polls that the interval allows until then, and what it takes to hear the end of it or to bring it about. */
function leastCalls(ending: Ending, cart: Cart, decidedAt: number, paceMs: number): number {
  const { insertedAt = NaN, canceledAt = NaN } = cart
  const isCanceled = ending === 'canceled' || ending === 'left'
  const polls = Math.floor(((isCanceled ? canceledAt : decidedAt) - insertedAt) / paceMs)
  const toHear = ending === 'declined' || isCanceled ? 1 : 2
  return 1 + polls + toHear
}

const total = ({ InsertCart, CheckCart, ConfirmCart, CancelCart }: Calls) =>
  InsertCart + CheckCart + ConfirmCart + CancelCart

export type Shoppers = typeof commands
serveRequests(commands)
