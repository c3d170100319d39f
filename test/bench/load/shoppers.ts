import { CallbackConnection, callback } from '../answers/callback-connection.ts'
import { BenchProvider } from '../answers/provider.ts'
import type { Calls, Cart } from '../answers/provider.ts'
import { createCheckouts, StatusReader } from '../answers/shopper.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { origin } from '../harness/order.ts'
import { pause } from '../harness/usage.ts'

/** How a request ends: approved with a callback and without one, declined, canceled, or left until its approval timeout. */
const endings = ['called back', 'approved', 'declined', 'canceled', 'left'] as const
type Ending = (typeof endings)[number]

export interface MixedOptions {
  readonly port: number
  readonly count: number
  readonly pollIntervalMs: number
  readonly windowMs: number
  /** Shoppers decide within this time. */
  readonly withinMs: number
}

let provider: BenchProvider | undefined

const commands = {
  provide(pollIntervalMs: number) {
    provider = new BenchProvider(pollIntervalMs)
    return provider.listen()
  },

  /** Plays each ending with two browsers watching. Returns the calls that were made, and the fewest possible. */
  async play({ port, count, pollIntervalMs, windowMs, withinMs }: MixedOptions) {
    const current = provider
    if (!current) throw new Error('call "provide" first')
    const references = Array.from({ length: count }, (_, index) => `MIX-${index}`)
    const checkouts = await createCheckouts(port, references, true)
    const least = checkouts.map(async ({ reference, token }, index) => {
      const cart = current.find(reference)
      const ending = endings[index % endings.length] ?? 'left'
      const readers = [1, 2].map(() => new StatusReader({ port, token }))
      await Promise.all(readers.map(({ ready }) => ready))
      await pause(Math.random() * withinMs)
      const decidedAt = performance.now()
      await decide(ending, cart, port, token)
      // By then a superfluous poll would have been made.
      await pause(windowMs + 3 * pollIntervalMs)
      return minCalls(ending, cart, decidedAt, pollIntervalMs)
    })
    const sum = (await Promise.all(least)).reduce((all, one) => all + one, 0)
    return { called: total(current.calls), least: sum, calls: current.calls }
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

/** One request, the polls that the interval allows until the decision, and the calls that end it. */
function minCalls(ending: Ending, cart: Cart, decidedAt: number, pollIntervalMs: number): number {
  const { insertedAt = NaN, canceledAt = NaN } = cart
  const isCanceled = ending === 'canceled' || ending === 'left'
  const polls = Math.floor(((isCanceled ? canceledAt : decidedAt) - insertedAt) / pollIntervalMs)
  const toHear = ending === 'declined' || isCanceled ? 1 : 2
  return 1 + polls + toHear
}

const total = ({ InsertCart, CheckCart, ConfirmCart, CancelCart }: Calls) =>
  InsertCart + CheckCart + ConfirmCart + CancelCart

export type Shoppers = typeof commands
serveRequests(commands)
