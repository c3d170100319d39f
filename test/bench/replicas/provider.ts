import { BenchProvider } from '../answers/provider.ts'
import type { Cart } from '../answers/provider.ts'
import { waiting } from '../checks/watch.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { cpuTime } from '../harness/usage.ts'
import { Rhythm } from '../load/rhythm.ts'
import { partitionOf } from '../../../server/store/postgres/partitions.ts'

/** By server and cart: one that takes a checkout up polls at once, whenever the server before it has. */
let rhythm = new Rhythm(0)
/** The server that polled about each cart last, and how often that was another one than before. */
const polledBy = new Map<string, number>()
let takenUp = 0
let since = { cpu: 0, at: 0 }
/** The first poll about each cart that is looked for, by whom it did not come from before. */
let wanted: { readonly at: number; readonly except: number; readonly carts: Set<string> } | null =
  null
let delays: number[] = []

interface ProviderOptions {
  readonly pollIntervalMs: number
  readonly carts: number
  /** One address for each server, so that it is known which one polls. */
  readonly servers: number
}

interface Wanted {
  /** Those of the server with this number are not counted: it is about to stop. */
  readonly except: number
  readonly partitions: readonly number[]
  readonly carts: number
}

function note(server: number, { id }: Cart): void {
  rhythm.note(`${server} ${id}`)
  if (polledBy.get(id) !== server) takenUp++
  polledBy.set(id, server)
  if (!wanted || server === wanted.except || !wanted.carts.delete(id)) return
  delays.push(performance.now() - wanted.at)
}

/** As in the seed. */
function cartOf(index: number): Cart {
  const { amount, attempts } = waiting(index)
  const [attempt] = attempts
  const order = { Amount: amount, Reference: attempt?.reference ?? '', ConfirmationType: 2 }
  return { id: attempt?.providerRef ?? '', order: { ...order, CallbackUrl: '' }, state: 'waiting' }
}

const commands = {
  /** @returns the address for each server */
  listen({ pollIntervalMs, carts, servers }: ProviderOptions): Promise<readonly string[]> {
    rhythm = new Rhythm(0)
    const all = Array.from({ length: carts }, (_, index) => cartOf(index))
    const fronts = Array.from({ length: servers }, (_, server) => {
      const front = new BenchProvider(pollIntervalMs, 0, (cart) => note(server, cart))
      for (const cart of all) front.add(cart)
      return front.listen()
    })
    return Promise.all(fronts)
  },
  begin() {
    rhythm.clear()
    takenUp = 0
    since = { cpu: cpuTime(), at: performance.now() }
  },
  /**
   * Since `begin`: the share of one core, the times between an answer and the next poll by the same server about the same cart,
   * and how many were taken up by another server.
   */
  end() {
    const ms = performance.now() - since.at
    return { ms, share: (cpuTime() - since.cpu) / (ms * 1_000), takenUp, ...rhythm.summary() }
  },
  /** Looks for the next poll about each cart of these partitions from now on. */
  expect({ except, partitions, carts }: Wanted) {
    const lost = new Set(partitions)
    const ids = Array.from({ length: carts }, (_, index) => waiting(index)).flatMap(
      ({ id, attempts }) => (lost.has(partitionOf(id)) ? [attempts[0]?.providerRef ?? ''] : []),
    )
    delays = []
    wanted = { at: performance.now(), except, carts: new Set(ids) }
    return ids.length
  },
  /** How long it took until each was polled, in ms, and how many have not been. */
  polled: () => ({ delays, missing: wanted?.carts.size ?? 0 }),
}

export type ReplicasProvider = typeof commands
serveRequests(commands)
