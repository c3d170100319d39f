import { startServer } from '../../../server/serve.ts'
import { quantile } from '../harness/statistics.ts'
import { coreTicks } from '../harness/core.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { environment } from '../harness/order.ts'
import { cpuTime } from '../harness/usage.ts'

let lags: number[] = []
let server: Awaited<ReturnType<typeof startServer>> | undefined
let since = { cpu: 0, at: 0, core: coreTicks(0) }

/** The server as it is, with a database on disk, or with the one of its `env`. It reports the lag of its attempt worker. */
const commands = {
  async start({ apiUrl, databasePath, env = {} }: ServerOptions) {
    server = await startServer({
      ...environment(apiUrl, `file:${databasePath}`),
      ...env,
    })
    const { url, parts } = server
    const { metrics } = parts.merchants.first.monitoring
    const stepTaken = metrics.actionTaken.bind(metrics)
    metrics.actionTaken = (lateMs) => {
      lags.push(lateMs)
      stepTaken(lateMs)
    }
    return Number(new URL(url).port)
  },
  /** Of a shared database, those that this server polls. */
  partitions: () => server?.parts.partitions() ?? [],
  /** As on SIGTERM. */
  close: () => server?.close(),
  cpuTime,
  begin() {
    lags = []
    since = { cpu: cpuTime(), at: performance.now(), core: coreTicks(0) }
  },
  /** Since `begin`: processor time in microseconds, its share of one core, and the lag of steps. */
  end() {
    const cpu = cpuTime() - since.cpu
    const share = cpu / ((performance.now() - since.at) * 1_000)
    return {
      ...{ cpu, share },
      others: busyShare(since.core, coreTicks(0)) - share,
      steps: lags.length,
      lagP50: quantile(lags, 0.5),
      lagP99: quantile(lags, 0.99),
      rss: process.memoryUsage.rss(),
    }
  },
}

function busyShare(from: ReturnType<typeof coreTicks>, to: typeof from): number {
  if (!from || !to) return NaN
  const busy = to.busy - from.busy
  return busy / (busy + to.idle - from.idle)
}

interface ServerOptions {
  readonly apiUrl: string
  readonly databasePath: string
  readonly env?: Readonly<Record<string, string>>
}

export type LoadServer = typeof commands
serveRequests(commands)
