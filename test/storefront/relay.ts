import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Between the shop and the payment server, so that an answer can get lost, or come late. */
export interface Relay {
  readonly url: string
  /** What was asked, oldest first. */
  readonly calls: readonly { readonly path: string; readonly key: unknown }[]
  /** Whether the answer to a call gets through. The call itself always does. */
  passes: (path: string) => boolean | Promise<boolean>
  close(): Promise<void>
}

export async function startRelay(server: {
  readonly url: string
  close(): Promise<void>
}): Promise<Relay> {
  const calls: { path: string; key: unknown }[] = []
  const listener = createServer((request, response) => {
    const { method, headers, url: path = '/' } = request
    calls.push({ path, key: headers['idempotency-key'] })
    const onward = send(new URL(path, server.url), { method, headers }, (answer) => {
      void Promise.resolve(relay.passes(path)).then((isPassed) => {
        if (!isPassed) return request.socket.destroy()
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        return answer.pipe(response)
      })
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  const relay: Relay = {
    url: `http://127.0.0.1:${port}`,
    calls,
    passes: () => true,
    close: async () => {
      listener.closeAllConnections()
      listener.close()
      await server.close()
    },
  }
  return relay
}
