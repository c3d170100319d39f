import { randomBytes, randomUUID } from 'node:crypto'
import { toTime } from '../../core/clock.ts'
import type { Clock } from '../../core/clock.ts'
import type { Config } from '../../config.ts'
import { isAccepted, postSigned } from '../../webhooks/post.ts'
import { info, pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 15_000

/**
 * Sends `doctor.ping`, signed like every event and of a type that shops ignore, and then the same with an invalid
 * signature: a shop that accepts that one can be sent forged events.
 */
export async function checkWebhook({ webhook }: Config, clock: Clock): Promise<CheckResult> {
  if (!webhook) return info('WEBHOOK_URL is not set: webhooks are disabled')
  // The rest of the URL may contain a token.
  const { origin } = new URL(webhook.url)
  try {
    const { status } = await ping(webhook, clock)
    if (!isAccepted(status))
      return fail(`The shop responds to a signed doctor.ping with status ${status}`, fixFor(status))
  } catch (error) {
    return fail(
      `The shop's webhook endpoint at ${origin} does not respond (${noResponseReason(error)})`,
      'Check WEBHOOK_URL, and that this machine can reach it. It must respond within 15 s.',
    )
  }
  return (await acceptsForgery(webhook, clock))
    ? fail(
        `The shop at ${origin} accepts a webhook with a wrong signature (status 2xx)`,
        'Verify the signature of every webhook, and respond with 401 if it is wrong. If the shop does that, WEBHOOK_URL leads to another page.',
      )
    : pass(`The shop accepts webhooks (${origin}), and refuses forged ones`)
}

type Endpoint = NonNullable<Config['webhook']>

const ping = (endpoint: Endpoint, clock: Clock) =>
  postSigned({
    ...endpoint,
    id: `ping_${randomUUID()}`,
    body: JSON.stringify({ type: 'doctor.ping', timestamp: toTime(clock.now()), data: {} }),
    timeoutMs,
    clock,
    read: 'status',
  })

async function acceptsForgery(endpoint: Endpoint, clock: Clock): Promise<boolean> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  try {
    return isAccepted((await ping({ ...endpoint, secrets: [secret] }, clock)).status)
  } catch {
    return false
  }
}

function fixFor(status: number): string {
  if (status >= 300 && status < 400)
    return 'Redirects are not followed: set WEBHOOK_URL to the address that does not redirect.'
  if ([400, 401, 403].includes(status))
    return 'WEBHOOK_SECRET must be the one that the shop verifies the raw body with; and the shop must respond with 2xx to unknown event types.'
  if (status === 404) return 'Check the path of WEBHOOK_URL.'
  if (status === 410) return '410 means that the shop wants no more webhooks: nothing is sent.'
  return "Check the shop's log; the shop must respond with 2xx to unknown event types."
}
