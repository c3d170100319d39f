import { serveRequests } from '../harness/rpc-child.ts'
import { pause } from '../harness/usage.ts'
import { CallbackConnection, callback, callbackBody, post } from './callback-connection.ts'
import { BenchProvider } from './provider.ts'
import type { Cart } from './provider.ts'
import { createCheckouts, StatusReader } from './shopper.ts'
import type { Started } from './shopper.ts'

/** Everything but the server: the provider, the shop, the shoppers and their browsers, all by one clock. */
let provider: BenchProvider | undefined

const references = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

function requireProvider(): BenchProvider {
  if (!provider) throw new Error('call "provide" first')
  return provider
}

const openReaders = async (port: number, checkouts: readonly { readonly token: string }[]) => {
  const readers = checkouts.map(({ token }) => new StatusReader({ port, token }))
  await Promise.all(readers.map(({ ready }) => ready))
  return readers
}

export interface CallbackRun {
  readonly port: number
  /** Further open streams, without events. */
  readonly idleStreams: number
  readonly warmUp: number
  readonly count: number
}

/** Milliseconds from the callback's first byte to the browser's, for each status that results from it. */
export interface Delays {
  readonly confirming: readonly number[]
  readonly paid: readonly number[]
}

const commands = {
  provide(pollIntervalMs: number) {
    provider = new BenchProvider(pollIntervalMs)
    return provider.listen()
  },

  /** Shoppers approve one after the other, and the provider calls back at once. */
  async callbacks({ port, idleStreams, warmUp, count }: CallbackRun): Promise<Delays> {
    await openReaders(port, await createCheckouts(port, references('LOOK', idleStreams), false))
    const checkouts = await createCheckouts(port, references('CALL', warmUp + count), true)
    const readers = await openReaders(port, checkouts)
    const connection = new CallbackConnection(port)
    const confirming: number[] = []
    const paid: number[] = []
    for (const [index, reader] of readers.entries()) {
      const cart = requireProvider().find((checkouts[index] as Started).reference)
      cart.state = 'reserved'
      const request = callback(cart)
      const confirms = cart.order.ConfirmationType === 2
      const began = performance.now()
      const answer = connection.send(request)
      const seen = (await reader.sees('confirming')) - began
      const seenPaid = confirms ? (await reader.sees('paid')) - began : NaN
      const status = await answer
      if (status !== '200') throw new Error(`a callback was answered ${status}`)
      if (index >= warmUp) {
        confirming.push(seen)
        if (confirms) paid.push(seenPaid)
      }
      await pause(3)
    }
    connection.close()
    return { confirming, paid }
  },

  /** The same against the baseline, which has neither shops nor signatures. */
  async baseline({ port, idleStreams, warmUp, count }: CallbackRun): Promise<readonly number[]> {
    await openReaders(port, names('look', idleStreams))
    const subjects = names('call', warmUp + count)
    const readers = await openReaders(port, subjects)
    const connection = new CallbackConnection(port)
    const took: number[] = []
    for (const [index, reader] of readers.entries()) {
      const request = post(`/call-${index}`, callbackBody(someCart))
      const began = performance.now()
      const answer = connection.send(request)
      const seen = (await reader.sees('confirming')) - began
      await answer
      if (index >= warmUp) took.push(seen)
      await pause(3)
    }
    connection.close()
    return took
  },

  /** No callbacks: shoppers approve at moments spread evenly over the poll interval, and the next poll finds each approval. */
  async approvals({ port, count, pollIntervalMs }: ApprovalsRequest): Promise<readonly number[]> {
    const checkouts = await createCheckouts(port, references('POLL', count), true)
    const readers = await openReaders(port, checkouts)
    const delays = checkouts.map(async ({ reference }, index) => {
      const cart = requireProvider().find(reference)
      await untilChecked(cart)
      await pause(((index + Math.random()) / count) * pollIntervalMs)
      cart.state = 'reserved'
      const approvedAt = performance.now()
      return ((await readers[index]?.sees('paid')) ?? NaN) - approvedAt
    })
    return Promise.all(delays)
  },
}

interface ApprovalsRequest {
  readonly port: number
  readonly count: number
  readonly pollIntervalMs: number
}

const names = (prefix: string, count: number) =>
  references(prefix, count).map((token) => ({ token }))

const someCart: Cart = {
  id: 'cart-0',
  order: { Amount: 12_990, Reference: 'CALL-0-k4m7r2xq', ConfirmationType: 1, CallbackUrl: '' },
  state: 'reserved',
}

/** Until the next CheckCart about the cart has been answered. */
const untilChecked = (cart: Cart) =>
  new Promise<void>((resolve) => {
    cart.onNextCheck = () => resolve()
  })

export type Clients = typeof commands
serveRequests(commands)
