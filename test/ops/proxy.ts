import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { listen } from '../../server/listening.ts'

interface ProxyOptions {
  /** Where to; may be set later. */
  readonly target: { url: string }
  /** Drops request headers with underscores, as nginx does by itself. */
  readonly dropsUnderscores?: boolean
  /** Passes an answer on when it is complete. */
  readonly buffers?: boolean
  readonly addsToRequests?: Readonly<Record<string, string>>
  readonly addsToAnswers?: Readonly<Record<string, string>>
}

/** What stands before a server in many shops, with its habits. */
export async function startProxy(options: ProxyOptions) {
  const {
    target,
    dropsUnderscores = false,
    buffers = false,
    addsToRequests = {},
    addsToAnswers = {},
  } = options
  const server = createServer((incoming, outgoing) => {
    const passed = dropsUnderscores ? withoutUnderscores(incoming.headers) : incoming.headers
    const headers = { ...passed, ...addsToRequests }
    const { method, url = '' } = incoming
    const onward = request(
      target.url + url,
      { ...(method !== undefined && { method }), headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...addsToAnswers })
        if (buffers) passWhole(answer, outgoing)
        else answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.writeHead(502).end())
    incoming.pipe(onward)
  })
  const { url, close } = await listen(server)
  return { url, close: () => void close() }
}

const withoutUnderscores = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.includes('_')))

function passWhole(answer: NodeJS.ReadableStream, outgoing: ServerResponse): void {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.on('end', () => outgoing.end(Buffer.concat(chunks)))
}
