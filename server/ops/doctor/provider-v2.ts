import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import type { Clock } from '../../core/clock.ts'
import type { NetgiroConfig } from '../../config.ts'
import { readEnvelope } from '../../providers/netgiro/v2/fields.ts'
import { info, pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { checkClock } from './provider-clock.ts'

const timeoutMs = 10_000

/** V2. Asks about a payment that cannot exist: Netgíró says so only to clients that have a valid key. */
export async function checkProviderV2(
  account: NetgiroConfig,
  clock: Clock,
): Promise<CheckResult[]> {
  const { appId, apiUrl } = account
  try {
    const { statusCode, headers, body } = await request(
      `${apiUrl}/checkout/status/${randomUUID()}`,
      {
        headers: { accept: 'application/json', 'x-netgiro-api-key': appId },
        signal: AbortSignal.timeout(timeoutMs),
      },
    )
    const { date } = headers
    return [
      ...toResults(statusCode, await body.text()),
      checkClock(typeof date === 'string' ? date : '', clock.now()),
    ]
  } catch (error) {
    return [
      fail(
        `Netgíró does not respond at ${apiUrl} (${noResponseReason(error)})`,
        'Check NETGIRO_API_URL, and that this machine can reach it (firewall, DNS, proxy).',
      ),
    ]
  }
}

function toResults(status: number, body: string): CheckResult[] {
  // [netgiro] authentication, V2: "missing or invalid" is 401.
  if (status === 401 || status === 403) {
    return [
      fail(
        `Netgíró refuses our API key (status ${status})`,
        'NETGIRO_APP_ID must be the ApplicationId and belong to the environment of NETGIRO_API_URL.',
      ),
    ]
  }
  if (status < 500 && typeof readEnvelope(body)?.Success === 'boolean') {
    return [
      pass('Netgíró accepts our API key'),
      info('NETGIRO_SECRET_KEY can only be verified by the first callback: V2 signs nothing else'),
    ]
  }
  return [
    fail(
      `The server at NETGIRO_API_URL is not Netgíró's V2 (status ${status})`,
      'NETGIRO_API_URL must be the base address, such as https://api.test.netgiro.is/v2.',
    ),
  ]
}
