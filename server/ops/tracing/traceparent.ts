import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { Context, SpanContext } from '@opentelemetry/api'

/** [w3c trace-context] version 00; a later version begins in the same way. Null: none, or not a valid one. */
export function parseTraceparent(header: string | string[] | undefined): SpanContext | null {
  if (typeof header !== 'string') return null
  const [, version = '', traceId = '', spanId = '', flags = '', more] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(header.trim()) ?? []
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, traceFlags: parseInt(flags, 16) & 1, isRemote: true }
}

/** Of which a span of ours is a part where the caller sent this header. */
export function parentFrom(header: string | string[] | undefined): Context {
  const caller = parseTraceparent(header)
  return caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT
}

/** [w3c trace-context] The header that names this span. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 1) === 1 ? '01' : '00'}`
