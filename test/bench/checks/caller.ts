import { serveRequests } from '../harness/rpc-child.ts'
import { cpuTime, pause } from '../harness/usage.ts'

/** The polling side, ours or the baseline. */
export interface Caller {
  /** Polls this many carts without a pause, each as soon as its last answer has arrived. */
  begin(port: number, carts: number): void
  /** How many answers have arrived. */
  calls(): number
  stop(): Promise<void>
}

export function offer(caller: Caller): void {
  serveRequests(commandsOf(caller))
}

export interface Load {
  readonly port: number
  readonly carts: number
  readonly warmUpMs: number
  readonly ms: number
}

const commandsOf = (caller: Caller) => ({
  async measure({ port, carts, warmUpMs, ms }: Load) {
    caller.begin(port, carts)
    await pause(warmUpMs)
    const before = { calls: caller.calls(), cpu: cpuTime(), at: performance.now() }
    await pause(ms)
    const calls = caller.calls() - before.calls
    const cpu = cpuTime() - before.cpu
    const seconds = (performance.now() - before.at) / 1000
    await caller.stop()
    return { perSecond: calls / seconds, cpuPerCall: cpu / calls }
  },
})

export type CallerCommands = ReturnType<typeof commandsOf>
