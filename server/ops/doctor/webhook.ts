import { randomUUID } from 'node:crypto'
import { toTime } from '../../core/clock.ts'
import type { Clock } from '../../core/clock.ts'
import type { Config } from '../../config.ts'
import { postSigned } from '../../webhooks/post.ts'
import { info, pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 15_000

/** Sends `doctor.ping`: signed like every event, and of a type that no shop acts on. */
export async function checkWebhook({ webhook }: Config, clock: Clock): Promise<CheckResult> {
  if (!webhook) return info('No WEBHOOK_URL: the shop is told nothing and must ask')
  // The rest of the address may hold a token.
  const { origin } = new URL(webhook.url)
  const body = JSON.stringify({ type: 'doctor.ping', timestamp: toTime(clock.now()), data: {} })
  try {
    const { status } = await postSigned({
      ...webhook,
      id: `ping_${randomUUID()}`,
      body,
      timeoutMs: timeoutMs,
      clock,
      read: 'status',
    })
    if (status >= 200 && status < 300) return pass(`The shop takes webhooks (${origin})`)
    return fail(`The shop answers a signed doctor.ping with status ${status}`, advice(status))
  } catch (error) {
    return fail(
      `The shop's webhook address at ${origin} does not answer (${whyNoAnswer(error)})`,
      'Check WEBHOOK_URL, and that this machine may call it. An answer is due within 15 s.',
    )
  }
}

function advice(status: number): string {
  if (status >= 300 && status < 400)
    return 'Redirects are not followed: set WEBHOOK_URL to the address that answers itself.'
  if ([400, 401, 403].includes(status))
    return 'WEBHOOK_SECRET must be the one that the shop verifies with, on the body as it came; and an event of an unknown type is to be answered with 2xx.'
  if (status === 404) return 'Check the path of WEBHOOK_URL.'
  if (status === 410) return 'By 410 the shop says that it wants no more webhooks: nothing is sent.'
  return "Look into the shop's log; an event of an unknown type is to be answered with 2xx."
}
