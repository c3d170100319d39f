import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import type { AvardaConfig } from '../../config.ts'
import { readJson } from '../../json.ts'
import { readError } from '../../providers/avarda/errors.ts'
import { readPurchase } from '../../providers/avarda/status.ts'
import { pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** Asks about a purchase that cannot exist: Avarda says so only to clients that have the site's password. */
export async function checkAvarda(site: AvardaConfig): Promise<CheckResult> {
  const { apiUrl, siteCode, sitePassword } = site
  try {
    const { statusCode, body } = await request(`${apiUrl}/CheckOut2Api/GetPaymentStatus`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        // [avarda] how-to-get-started: Basic with the Site Code and the Site Password.
        authorization: `Basic ${Buffer.from(`${siteCode}:${sitePassword}`).toString('base64')}`,
      },
      body: JSON.stringify({ PurchaseId: randomUUID().replaceAll('-', '') }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return toResult(statusCode, await body.text())
  } catch (error) {
    return fail(
      `Avarda does not respond at ${apiUrl} (${noResponseReason(error)})`,
      'Check AVARDA_API_URL, and that this machine can reach it (firewall, DNS, proxy).',
    )
  }
}

function toResult(status: number, body: string): CheckResult {
  // [avarda] how-to-get-started: bad credentials are 401.
  if (status === 401 || status === 403) {
    return fail(
      `Avarda refuses our credentials (status ${status})`,
      'AVARDA_SITE_CODE and AVARDA_SITE_PASSWORD must belong together and to the environment of AVARDA_API_URL.',
    )
  }
  const isAvarda = readError(readJson(body)) !== null || readPurchase(body) !== null
  if (status < 500 && isAvarda) return pass('Avarda accepts our credentials')
  return fail(
    `The server at AVARDA_API_URL is not Avarda's Checkout 2 (status ${status})`,
    'AVARDA_API_URL must be the base address, such as https://online.avarda.org/CheckOut2.',
  )
}
