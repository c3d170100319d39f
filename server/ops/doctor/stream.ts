import type { Clock } from '../../core/clock.ts'
import type { Config } from '../../config.ts'
import { eventsPath } from '../../http/events.ts'
import { streamGapMs } from '../probe-routes.ts'
import { probeHeader } from '../probe-tokens.ts'
import type { ProbeTokens } from '../probe-tokens.ts'
import { pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** Two comments are sent a moment apart: where they arrive together, something in between collects what it should pass on. */
export async function checkStream(
  { publicUrl }: Config,
  marks: ProbeTokens,
  clock: Clock,
): Promise<CheckResult> {
  try {
    const response = await fetch(`${publicUrl}${eventsPath}`, {
      headers: { accept: 'text/event-stream', [probeHeader]: marks.make('stream') },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const type = response.headers.get('content-type') ?? 'nothing'
    if (response.status !== 200 || !type.startsWith('text/event-stream') || !response.body) {
      return fail(
        `The event stream is not answered at PUBLIC_URL (status ${response.status})`,
        'GET must be let through to /v1/session/events, with its request headers.',
      )
    }
    const gap = await gapBetween(response.body, clock)
    if (gap === null) {
      return fail(
        'The event stream at PUBLIC_URL is cut or changed on its way',
        'The proxy must pass text/event-stream on as it comes.',
      )
    }
    if (gap > streamGapMs / 3) return pass('Events pass PUBLIC_URL at once')
    return fail(
      'Events are held back on their way: a proxy buffers or compresses text/event-stream',
      'nginx: proxy_buffering off; gzip off; for /v1/session/events (and do not ignore X-Accel-Buffering). Apache: flushpackets=on, no deflate.',
    )
  } catch (error) {
    return fail(
      `The event stream cannot be opened at PUBLIC_URL (${whyNoAnswer(error)})`,
      'GET must be let through to /v1/session/events.',
    )
  }
}

/** Milliseconds between the arrivals of the two comments; null when they did not both come. */
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
