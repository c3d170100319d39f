import { CallbackConnection, callback, callbackBody, post } from '../answers/callback-connection.ts'
import { BenchProvider } from '../answers/provider.ts'
import type { Cart } from '../answers/provider.ts'
import { createCheckouts, StatusReader } from '../answers/shopper.ts'
import { roundTrips } from '../harness/round-trips.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { pause } from '../harness/usage.ts'
import { partitionOf } from '../../../server/store/postgres/partitions.ts'

/** Provider, shop and browsers, all by one clock: callbacks arrive at one server, streams are open at another. */
let provider: BenchProvider | undefined
/** Others notify meanwhile; more often than this would be another measure. */
const betweenMs = 30

export interface RemoteRun {
  readonly callbackPort: number
  readonly streamPort: number
  readonly count: number
}

interface OwnedRun extends RemoteRun {
  /** Of the server that the callbacks arrive at. */
  readonly partitions: readonly number[]
}

/** Milliseconds from the callback's first byte to the browser's. */
interface Delays {
  /** The checkout belongs to the server that the callback arrives at. */
  readonly here: readonly number[]
  /** It belongs to the server of the stream. */
  readonly there: readonly number[]
}

const someCart: Cart = {
  id: 'cart-0',
  order: { Amount: 12_990, Reference: 'CALL-0-k4m7r2xq', ConfirmationType: 1, CallbackUrl: '' },
  state: 'reserved',
}

const commands = {
  provide(pollIntervalMs: number) {
    provider = new BenchProvider(pollIntervalMs)
    return provider.listen()
  },

  async callbacks({ callbackPort, streamPort, count, partitions }: OwnedRun): Promise<Delays> {
    const references = Array.from({ length: count }, (_, index) => `CALL-${index}`)
    const owned = new Set(partitions)
    const checkouts = await createCheckouts(callbackPort, references, true)
    const connection = new CallbackConnection(callbackPort)
    const found: Record<keyof Delays, number[]> = { here: [], there: [] }
    for (const { id, token, reference } of checkouts) {
      const reader = new StatusReader({ port: streamPort, token })
      await reader.ready
      const cart = provider?.find(reference)
      if (!cart) throw new Error('call "provide" first')
      cart.state = 'reserved'
      const request = callback(cart)
      await pause(betweenMs)
      const began = performance.now()
      const answer = connection.send(request)
      // Where B reads the checkout a moment later, it is paid already.
      const seenAt = await Promise.any([reader.sees('confirming'), reader.sees('paid')])
      const took = seenAt - began
      found[owned.has(partitionOf(id)) ? 'here' : 'there'].push(took)
      await answer
    }
    connection.close()
    return found
  },

  async baseline({ callbackPort, streamPort, count }: RemoteRun): Promise<readonly number[]> {
    const connection = new CallbackConnection(callbackPort)
    const found: number[] = []
    for (let index = 0; index < count; index++) {
      const token = `call-${index}`
      const reader = new StatusReader({ port: streamPort, token })
      await reader.ready
      const request = post(`/${token}`, callbackBody(someCart))
      await pause(betweenMs)
      const began = performance.now()
      const answer = connection.send(request)
      found.push((await reader.sees('confirming')) - began)
      await answer
    }
    connection.close()
    return found
  },

  /** How long the provider takes to answer, which ours waits for. */
  roundTrips,
}

export type Browsers = typeof commands
serveRequests(commands)
