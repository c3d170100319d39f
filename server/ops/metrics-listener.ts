import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { refusal } from '../errors.ts'
import { answerNo } from '../routes/admission.ts'
import type { Metrics } from './metrics.ts'

/** `/metrics` and nothing else on a port of its own, for a network where shoppers are not. */
export async function listenForMetrics(metrics: Metrics, port: number, host: string) {
  const app = new Hono()
  app.get('/metrics', async (c) => c.body(await metrics.text(), 200, metrics.headers))
  app.notFound((c) => answerNo(c, refusal('not_found')))
  const listener = getRequestListener(app.fetch)
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, (...exchange) => {
    void listener(...exchange)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    port: taken,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
