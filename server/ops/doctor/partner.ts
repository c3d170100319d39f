import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import { readJson } from '../../json.ts'
import { fail, noResponseReason, pass } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** Asks about a transaction that cannot exist: Netgíró says so only to clients that have the secret key. */
export async function checkPartnerApi(apiUrl: string, secretKey: string): Promise<CheckResult> {
  try {
    const { statusCode, body } = await request(`${apiUrl}/transaction/${randomUUID()}`, {
      // [netgiro] partner API: no signature, the header `token` is the SecretKey.
      headers: { accept: 'application/json', token: secretKey },
      signal: AbortSignal.timeout(timeoutMs),
    })
    return toResult(statusCode, await body.text())
  } catch (error) {
    return fail(
      `Netgíró's partner API does not respond at ${apiUrl} (${noResponseReason(error)})`,
      'Check NETGIRO_PARTNER_API_URL, and that this machine can reach it (firewall, DNS, proxy).',
    )
  }
}

function toResult(status: number, body: string): CheckResult {
  if (status === 401 || status === 403) {
    return fail(
      `Netgíró's partner API refuses our secret key (status ${status})`,
      'NETGIRO_SECRET_KEY must belong to the environment of NETGIRO_PARTNER_API_URL.',
    )
  }
  const answer = readJson(body)
  if (status < 500 && typeof answer === 'object' && answer !== null && !Array.isArray(answer))
    return pass("Netgíró's partner API accepts our secret key")
  return fail(
    `The server at NETGIRO_PARTNER_API_URL is not Netgíró's partner API (status ${status})`,
    'NETGIRO_PARTNER_API_URL must be the base address, such as https://partner-api.test.netgiro.is.',
  )
}
