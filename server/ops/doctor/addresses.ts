import type { Config } from '../../config.ts'
import { addressProbePath } from '../probe-routes.ts'
import type { AddressProbe } from '../probe-routes.ts'
import { probeHeader } from '../probe-tokens.ts'
import type { ProbeTokens } from '../probe-tokens.ts'
import { info, pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { isLocal } from './public-url.ts'

const timeoutMs = 10_000

/** Whether the server can tell shoppers apart by their addresses, through whatever stands before it. No address is told. */
export async function checkAddresses(
  { publicUrl }: Config,
  marks: ProbeTokens,
): Promise<CheckResult> {
  const mark = marks.make('address')
  try {
    const response = await fetch(publicUrl + addressProbePath, {
      headers: { [probeHeader]: mark },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (!marks.isGood('answer', response.headers.get(probeHeader), mark))
      return info("The server does not tell what it sees of a shopper's address: is it older?")
    return judge(JSON.parse(text) as AddressProbe, publicUrl)
  } catch (error) {
    return fail(
      `What the server sees of a shopper's address cannot be asked (${whyNoAnswer(error)})`,
      'GET must be let through to /v1/session/.',
    )
  }
}

function judge({ forwarding, isPublic }: AddressProbe, publicUrl: string): CheckResult {
  if (forwarding === 'not_trusted') {
    return fail(
      'A proxy stands before the server and is not trusted: all shoppers behind it count as one',
      'Set TRUSTED_PROXIES to the address that the proxy connects from; the log of the server names it.',
    )
  }
  if (forwarding === 'unreadable') {
    return fail(
      "The proxy's X-Forwarded-For cannot be read: all shoppers behind it count as one",
      'It must append the address that it was connected from (nginx: $proxy_add_x_forwarded_for).',
    )
  }
  if (forwarding === 'believed') return pass("Shoppers' addresses come through the proxy")
  if (isPublic || isLocal(publicUrl)) return pass("Shoppers' addresses are seen")
  return info(
    'This request came from a private address without X-Forwarded-For. If there is a proxy, it must add that header',
  )
}
