import { BenchProvider } from '../answers/provider.ts'
import type { Cart } from '../answers/provider.ts'
import { waiting } from '../checks/watch.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { cpuTime } from '../harness/usage.ts'
import { Rhythm } from './rhythm.ts'

let provider: BenchProvider | undefined
let rhythm = new Rhythm(0)
let since = { cpu: 0, at: 0 }

export interface ProviderOptions {
  readonly pollIntervalMs: number
  readonly delayMs: number
  /** Earlier carts, of which one in this many is approved already; none when it is 0. */
  readonly carts: number
  readonly oneApprovedIn: number
}

const commands = {
  listen({ pollIntervalMs, delayMs, carts, oneApprovedIn }: ProviderOptions) {
    const recorded = new Rhythm(delayMs)
    rhythm = recorded
    provider = new BenchProvider(pollIntervalMs, delayMs, ({ id }) => recorded.note(id))
    for (let index = 0; index < carts; index++) {
      provider.add(cartOf(index, oneApprovedIn > 0 && index % oneApprovedIn === 1))
    }
    return provider.listen()
  },
  begin() {
    rhythm.clear()
    since = { cpu: cpuTime(), at: performance.now() }
  },
  /** Since `begin`: the share of one core, and the times between an answer and the next poll about the same cart. */
  end: () => ({
    share: (cpuTime() - since.cpu) / ((performance.now() - since.at) * 1_000),
    ...rhythm.summary(),
  }),
  calls: () => provider?.calls,
  maxInFlight: () => provider?.maxInFlight ?? 0,
}

/** As in the seed. */
function cartOf(index: number, isApproved: boolean): Cart {
  const { amount, attempts } = waiting(index)
  return {
    id: attempts[0]?.providerRef ?? '',
    order: {
      Amount: amount,
      Reference: attempts[0]?.reference ?? '',
      ConfirmationType: 2,
      CallbackUrl: '',
    },
    state: isApproved ? 'reserved' : 'waiting',
  }
}

export type LoadProvider = typeof commands
serveRequests(commands)
