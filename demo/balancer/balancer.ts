import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { host } from '../ports.ts'
import { forward } from './forward.ts'
import type { Answer } from './forward.ts'
import { Targets } from './targets.ts'

export interface BalancerOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** Answers what is not for the servers behind it, and returns whether it did. */
  readonly own?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Called when a server has begun to answer a request. */
  readonly onAnswer?: (method: string, path: string, answer: Answer) => void
}

export interface Balancer {
  readonly url: string
  readonly targets: Targets
  /** Ends every connection. */
  close(): Promise<void>
}

/** A load balancer for the demo: requests in turn, event streams as they come, and a dead server is passed over. */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const targets = new Targets()
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request
    if (options.own?.(request, response)) return
    void forward(request, response, targets.inTurn(path)).then((answer) => {
      if (answer) options.onAnswer?.(method, path, answer)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    targets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
