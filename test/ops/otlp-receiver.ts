import { createServer } from 'node:http'
import { listen } from '../../server/listening.ts'

interface OtlpAttribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string }
}

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: readonly OtlpAttribute[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status: { readonly code?: number }
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

/** [otlp] takes spans over HTTP, as JSON. */
export async function openReceiver() {
  const bodies: string[] = []
  const paths: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString())
      paths.push(request.url)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  const { url, close } = await listen(server)
  const requests = () => bodies.map((body) => JSON.parse(body) as OtlpRequest)
  return {
    url,
    bodies,
    paths,
    close: () => close(),
    resources: () =>
      requests().flatMap(({ resourceSpans }) => resourceSpans.map((one) => one.resource)),
    spans: () =>
      requests().flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
  }
}

export type Receiver = Awaited<ReturnType<typeof openReceiver>>
export type ReceivedSpan = OtlpSpan

export const attributeOf = ({ attributes }: ReceivedSpan, name: string): string | undefined =>
  attributes.find(({ key }) => key === name)?.value.stringValue
