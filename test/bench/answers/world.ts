import { serveRequests } from '../harness/rpc-child.ts'
import { pause } from '../harness/usage.ts'
import { Bell, callback, callbackBody, post } from './bell.ts'
import { BenchProvider } from './provider.ts'
import type { Cart } from './provider.ts'
import { createCheckouts, Onlooker } from './shopper.ts'
import type { Started } from './shopper.ts'

/** Everyone but the server: the provider, the shop, the shoppers and their browsers, all by one clock. */
let provider: BenchProvider | undefined

const references = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

function theProvider(): BenchProvider {
  if (!provider) throw new Error('there is no provider yet')
  return provider
}

const look = async (port: number, checkouts: readonly { readonly token: string }[]) => {
  const onlookers = checkouts.map(({ token }) => new Onlooker({ port, token }))
  await Promise.all(onlookers.map(({ ready }) => ready))
  return onlookers
}

export interface Rehearsal {
  readonly port: number
  /** Streams that are open besides, about which nothing happens. */
  readonly bystanders: number
  readonly warmUp: number
  readonly count: number
}

/** Milliseconds from the callback's first byte to the browser's, for each status that comes of it. */
export interface Delays {
  readonly confirming: readonly number[]
  readonly paid: readonly number[]
}

const commands = {
  provide(paceMs: number) {
    provider = new BenchProvider(paceMs)
    return provider.listen()
  },

  /** Shoppers approve one after the other, and the provider calls back at once. */
  async callbacks({ port, bystanders, warmUp, count }: Rehearsal): Promise<Delays> {
    await look(port, await createCheckouts(port, references('LOOK', bystanders), false))
    const checkouts = await createCheckouts(port, references('RING', warmUp + count), true)
    const onlookers = await look(port, checkouts)
    const bell = new Bell(port)
    const confirming: number[] = []
    const paid: number[] = []
    for (const [index, onlooker] of onlookers.entries()) {
      const cart = theProvider().find((checkouts[index] as Started).reference)
      cart.state = 'reserved'
      const request = callback(cart)
      const confirms = cart.order.ConfirmationType === 2
      const began = performance.now()
      const answer = bell.ring(request)
      const seen = (await onlooker.sees('confirming')) - began
      const seenPaid = confirms ? (await onlooker.sees('paid')) - began : NaN
      const status = await answer
      if (status !== '200') throw new Error(`a callback was answered ${status}`)
      if (index >= warmUp) {
        confirming.push(seen)
        if (confirms) paid.push(seenPaid)
      }
      await pause(3)
    }
    bell.close()
    return { confirming, paid }
  },

  /** The same against the floor, which knows neither shops nor signatures. */
  async floor({ port, bystanders, warmUp, count }: Rehearsal): Promise<readonly number[]> {
    await look(port, names('look', bystanders))
    const ringing = names('ring', warmUp + count)
    const onlookers = await look(port, ringing)
    const bell = new Bell(port)
    const took: number[] = []
    for (const [index, onlooker] of onlookers.entries()) {
      const request = post(`/ring-${index}`, callbackBody(someCart))
      const began = performance.now()
      const answer = bell.ring(request)
      const seen = (await onlooker.sees('confirming')) - began
      await answer
      if (index >= warmUp) took.push(seen)
      await pause(3)
    }
    bell.close()
    return took
  },

  /** Nobody calls back: shoppers approve at moments spread evenly over the pace, and are met by the next question. */
  async approvals({ port, count, paceMs }: ApprovalsWish): Promise<readonly number[]> {
    const checkouts = await createCheckouts(port, references('POLL', count), true)
    const onlookers = await look(port, checkouts)
    const delays = checkouts.map(async ({ reference }, index) => {
      const cart = theProvider().find(reference)
      await untilChecked(cart)
      await pause(((index + Math.random()) / count) * paceMs)
      cart.state = 'reserved'
      const approvedAt = performance.now()
      return ((await onlookers[index]?.sees('paid')) ?? NaN) - approvedAt
    })
    return Promise.all(delays)
  },
}

interface ApprovalsWish {
  readonly port: number
  readonly count: number
  readonly paceMs: number
}

const names = (prefix: string, count: number) =>
  references(prefix, count).map((token) => ({ token }))

const someCart: Cart = {
  id: 'cart-0',
  order: { Amount: 12_990, Reference: 'RING-0-k4m7r2xq', ConfirmationType: 1, CallbackUrl: '' },
  state: 'reserved',
}

/** Until the next CheckCart about the cart has been answered. */
const untilChecked = (cart: Cart) =>
  new Promise<void>((resolve) => {
    cart.onNextCheck = () => resolve()
  })

export type World = typeof commands
serveRequests(commands)
