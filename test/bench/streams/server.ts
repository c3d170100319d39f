import type { Server } from 'node:http'
import { listen } from '../harness/listen.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { cpuTime, evenly, pause, residentSize } from '../harness/usage.ts'

/** The server behind the streams, ours or the baseline. */
export interface StreamSource {
  /** Creates this many checkouts before the first reader connects; returns their sessions. */
  prepare(count: number): Promise<readonly string[]>
  /** Publishes a change of one checkout to its reader. */
  change(index: number): void
  /** How many readers are connected. */
  size(): number
}

/** The same commands for both. */
export function offer(server: Server, source: StreamSource): void {
  serveRequests(commandsOf(server, source))
}

const commandsOf = (server: Server, source: StreamSource) => ({
  listen: () => listen(server),
  prepare: (count: number) => source.prepare(count),
  cpuTime,
  residentSize,
  liveSize() {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  size: () => source.size(),
  /** Changes of randomly chosen checkouts among the first `among`, one by one. */
  unicast: ({ among, count, perSecond }: Unicast) =>
    evenly(count, perSecond, () => source.change(Math.floor(Math.random() * among))),
  /** A change of each of the first `among`, all in one go. */
  async burst(among: number) {
    const before = cpuTime()
    for (let index = 0; index < among; index++) source.change(index)
    // Node collects what is written in one turn and passes it to the system at its end.
    await pause(1)
    return { cpu: (cpuTime() - before) / among }
  },
})

interface Unicast {
  readonly among: number
  readonly count: number
  readonly perSecond: number
}

export type StreamCommands = ReturnType<typeof commandsOf>
