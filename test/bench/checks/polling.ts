import { systemClock } from '../../../server/core/clock.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { pause } from '../harness/usage.ts'
import { waiting, watch } from './watch.ts'

const commands = {
  /** Follows this many carts in real time. */
  async watch({ port, carts, ms }: PollingLoad) {
    const watching = watch(port, systemClock, () => {})
    await watching.worker.resume(Array.from({ length: carts }, (_, index) => waiting(index)))
    await pause(ms)
    await watching.stop()
  },
}

interface PollingLoad {
  readonly port: number
  readonly carts: number
  readonly ms: number
}

export type Polling = typeof commands
serveRequests(commands)
