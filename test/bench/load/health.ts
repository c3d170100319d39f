import { Client } from 'undici'
import { serveRequests } from '../harness/rpc-child.ts'
import { quantile } from '../harness/statistics.ts'

const intervalMs = 50

let client: Client | undefined
let timer: NodeJS.Timeout | undefined
let probes: Promise<number>[] = []

/** How long the server takes to answer, in milliseconds. */
async function probe(of: Client): Promise<number> {
  const began = performance.now()
  const { statusCode, body } = await of.request({ method: 'GET', path: '/healthz' })
  await body.dump()
  if (statusCode !== 200) throw new Error(`/healthz was answered ${statusCode}`)
  return performance.now() - began
}

/** Asks `/healthz` as a load balancer does, over one connection. */
const commands = {
  begin(port: number) {
    const current = new Client(`http://127.0.0.1:${port}`)
    client = current
    probes = []
    // The pace does not wait for answers: a late one counts for all that are asked meanwhile.
    timer = setInterval(() => probes.push(probe(current)), intervalMs)
  },
  async end() {
    clearInterval(timer)
    const took = await Promise.all(probes)
    await client?.close()
    return { p99: quantile(took, 0.99), longest: Math.max(...took) }
  },
}

export type Health = typeof commands
serveRequests(commands)
