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

/** Random ids and times in nanoseconds contain any few digits sooner or later. */
const withoutNumbers = (body: string) =>
  JSON.stringify(JSON.parse(body), (key, value: unknown) =>
    /^(?:traceId|spanId|parentSpanId|\w+TimeUnixNano)$/.test(key) ? null : value,
  )

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
  const spans = () =>
    requests().flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, resource }))),
      ),
    )
  /** A span and everything above it. */
  const lineage = (span: ReceivedSpan | undefined): ReceivedSpan[] => {
    if (!span) return []
    const above = spans().find(({ spanId }) => spanId === span.parentSpanId)
    return [span, ...lineage(above)]
  }
  return {
    url,
    bodies,
    paths,
    close: () => close(),
    resources: () =>
      requests().flatMap(({ resourceSpans }) => resourceSpans.map((one) => one.resource)),
    spans,
    lineage,
    /** Those that say this anywhere but in a random id or a time. */
    bodiesWith: (secret: string) =>
      bodies.map(withoutNumbers).filter((text) => text.includes(secret)),
  }
}

export type Receiver = Awaited<ReturnType<typeof openReceiver>>
/** A span, and the server that sent it. */
export interface ReceivedSpan extends OtlpSpan {
  readonly resource: { readonly attributes: readonly OtlpAttribute[] }
}

export const attributeOf = (
  { attributes }: Pick<OtlpSpan, 'attributes'>,
  name: string,
): string | undefined => attributes.find(({ key }) => key === name)?.value.stringValue
