import { serveRequests } from '../harness/rpc-child.ts'
import { environment } from '../harness/order.ts'
import { startServer } from '../../../server/serve.ts'

/** The server as it is, with a database on disk; log lines go where the parent sent standard output. */
const commands = {
  async start({ apiUrl, databasePath, confirmation }: ServerOptions) {
    const { url } = await startServer({
      ...environment(apiUrl, `file:${databasePath}`),
      NETGIRO_CONFIRMATION: confirmation,
    })
    return Number(new URL(url).port)
  },
}

interface ServerOptions {
  readonly apiUrl: string
  readonly databasePath: string
  readonly confirmation: 'callback' | 'manual'
}

export type RealServer = typeof commands
serveRequests(commands)
