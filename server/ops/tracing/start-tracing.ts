import type { Log } from '../../log.ts'
import { spanTracing } from './span-tracing.ts'
import type { Tracing } from './tracing.ts'

interface TracingSettings {
  /** The base URL of an OTLP/HTTP receiver, without `/v1/traces`. */
  readonly endpoint: string
  readonly serviceName: string
}

/** A stop waits no longer than this for the receiver. */
const exportTimeoutMs = 2_000

const peers = ['sdk-trace-base', 'exporter-trace-otlp-http', 'resources'].map(
  (name) => `@opentelemetry/${name}`,
)

/** Starts to send spans. Null, with a warning in the log, where the SDK is not installed. */
export async function startTracing(
  { endpoint, serviceName }: TracingSettings,
  log: Log,
  load: typeof loadSdk = loadSdk,
): Promise<Tracing | null> {
  const sdk = await load().catch((error: unknown) => {
    if (!isNotInstalled(error)) throw error
    return null
  })
  if (!sdk) {
    log.warn(
      `OTEL_EXPORTER_OTLP_ENDPOINT is set, but nothing is traced: npm install ${peers.join(' ')}`,
    )
    return null
  }
  const { BasicTracerProvider, BatchSpanProcessor, OTLPTraceExporter, resourceFromAttributes } = sdk
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  return spanTracing(provider.getTracer('netgiro-checkout'), () =>
    // What the receiver did not take is lost; that keeps no server from its end.
    provider.shutdown().catch(() => {}),
  )
}

/** Optional peers: an operator who traces installs them. */
async function loadSdk() {
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const { resourceFromAttributes } = resources
  return { BasicTracerProvider, BatchSpanProcessor, OTLPTraceExporter, resourceFromAttributes }
}

const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
