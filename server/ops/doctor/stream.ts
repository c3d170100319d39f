import type { Clock } from '../../core/clock.ts'
import type { Config } from '../../config.ts'
import { sessionPath } from '../../http/events.ts'
import { streamGapMs } from '../probe-routes.ts'
import { probeHeader } from '../probe-tokens.ts'
import type { ProbeTokens } from '../probe-tokens.ts'
import { pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** The server sends two comments a moment apart: if they arrive together, a proxy buffers the stream. */
export async function checkStream(
  { publicUrl }: Config,
  tokens: ProbeTokens,
  clock: Clock,
): Promise<CheckResult> {
  try {
    const response = await fetch(`${publicUrl}${sessionPath}`, {
      headers: { accept: 'text/event-stream', [probeHeader]: tokens.make('stream') },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const type = response.headers.get('content-type') ?? 'nothing'
    if (response.status !== 200 || !type.startsWith('text/event-stream') || !response.body) {
      return fail(
        `There is no event stream at PUBLIC_URL (status ${response.status})`,
        'Let GET requests through to /v1/session, with their headers.',
      )
    }
    const gap = await gapBetween(response.body, clock)
    if (gap === null) {
      return fail(
        'The event stream at PUBLIC_URL is cut off or changed in transit',
        'The proxy must forward text/event-stream unchanged.',
      )
    }
    if (gap > streamGapMs / 3) return pass('Events arrive through PUBLIC_URL without delay')
    return fail(
      'Events are delayed: a proxy buffers or compresses text/event-stream',
      'nginx: proxy_buffering off; gzip off; for /v1/session (and do not ignore X-Accel-Buffering). Apache: flushpackets=on, no deflate.',
    )
  } catch (error) {
    return fail(
      `The event stream cannot be opened at PUBLIC_URL (${noResponseReason(error)})`,
      'Let GET requests through to /v1/session.',
    )
  }
}

/** Milliseconds between the two comments; null when one is missing. */
async function gapBetween(body: ReadableStream<Uint8Array>, clock: Clock): Promise<number | null> {
  const decoder = new TextDecoder()
  let text = ''
  let firstAt: number | null = null
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.includes(': one')) firstAt ??= clock.now()
    if (text.includes(': two')) return firstAt === null ? null : clock.now() - firstAt
  }
  return null
}
