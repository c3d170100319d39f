import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import type { Clock } from '../../core/clock.ts'
import type { NetgiroConfig } from '../../config.ts'
import { readOr } from '../../providers/fields.ts'
import { parseReply } from '../../providers/netgiro/v1/reply.ts'
import { isSignedBy, nonces, sign } from '../../providers/netgiro/signature.ts'
import { pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { checkClock } from './provider-clock.ts'

const timeoutMs = 10_000

const bothKeys =
  'NETGIRO_APP_ID and NETGIRO_SECRET_KEY must belong together and to the environment of NETGIRO_API_URL.'

/** V1. Asks about a payment that cannot exist: a signed answer verifies address, credentials and signature at once. */
export async function checkProvider(account: NetgiroConfig, clock: Clock): Promise<CheckResult[]> {
  const { appId, secretKey, apiUrl } = account
  const url = `${apiUrl}/Checkout/CheckCart`
  const body = JSON.stringify({ TransactionId: randomUUID() })
  const nonce = nonces(() => clock.now())()
  try {
    const response = await request(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        netgiro_appkey: appId,
        netgiro_nonce: nonce,
        netgiro_signature: sign(secretKey, nonce, url, body),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const header = (name: string) => {
      const value = response.headers[name]
      return typeof value === 'string' ? value : ''
    }
    const answer = {
      url,
      status: response.statusCode,
      body: await response.body.text(),
      nonce: header('netgiro_nonce'),
      signature: header('netgiro_signature'),
    }
    return [toResult(secretKey, answer), checkClock(header('date'), clock.now())]
  } catch (error) {
    return [
      fail(
        `Netgíró does not respond at ${apiUrl} (${noResponseReason(error)})`,
        'Check NETGIRO_API_URL, and that this machine can reach it (firewall, DNS, proxy).',
      ),
    ]
  }
}

interface Answer {
  readonly url: string
  readonly status: number
  readonly body: string
  readonly nonce: string
  readonly signature: string
}

function toResult(secretKey: string, answer: Answer): CheckResult {
  const { status, signature } = answer
  const code = readOr(parseReply(answer.body)?.ResultCode ?? null)
  if (signature !== '' && isSignedBy(secretKey, answer) && code !== null)
    return pass(`Netgíró accepts our signature, and its answer (${code}) is signed`)
  if (signature !== '' && code !== null) {
    return fail(
      'Netgíró responds, but its signature does not match NETGIRO_SECRET_KEY',
      `${bothKeys} If they do, a proxy changes the responses.`,
    )
  }
  if (status === 401 || status === 403)
    return fail(`Netgíró refuses our credentials (status ${status})`, bothKeys)
  if (code !== null) {
    return fail(
      `Netgíró's answer (status ${status}, ${code}) is not signed, so it cannot be trusted`,
      `${bothKeys} If they do, a proxy drops headers with underscores.`,
    )
  }
  return fail(
    `The server at NETGIRO_API_URL is not Netgíró's API (status ${status})`,
    'NETGIRO_API_URL must be the base address, such as https://api.test.netgiro.is/v1.',
  )
}
