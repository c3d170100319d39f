import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import type { AvardaConfig } from '../../config.ts'
import { readJson } from '../../json.ts'
import { readError } from '../../providers/avarda/errors.ts'
import { readPurchase } from '../../providers/avarda/status.ts'
import { pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** Asks about a purchase that cannot exist: that there is none is only told to whoever has the site's password. */
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
    return judge(statusCode, await body.text())
  } catch (error) {
    return fail(
      `Avarda does not answer at ${apiUrl} (${whyNoAnswer(error)})`,
      'Check AVARDA_API_URL, and that this machine may call it (firewall, name service, proxy).',
    )
  }
}

function judge(status: number, body: string): CheckResult {
  // [avarda] how-to-get-started: bad credentials are 401.
  if (status === 401 || status === 403) {
    return fail(
      `Avarda refuses our credentials (status ${status})`,
      'AVARDA_SITE_CODE and AVARDA_SITE_PASSWORD must belong together, and to the environment of AVARDA_API_URL.',
    )
  }
  const isAvarda = readError(readJson(body)) !== null || readPurchase(body) !== null
  if (status < 500 && isAvarda) return pass('Avarda takes our credentials')
  return fail(
    `What answers at AVARDA_API_URL is not Avarda's Checkout 2 (status ${status})`,
    'AVARDA_API_URL must be the base address, such as https://online.avarda.org/CheckOut2.',
  )
}
