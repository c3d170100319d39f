import type { Config } from '../../config.ts'
import { addressProbePath } from '../probe-routes.ts'
import type { AddressProbe } from '../probe-routes.ts'
import { probeHeader } from '../probe-tokens.ts'
import type { ProbeTokens } from '../probe-tokens.ts'
import { info, pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { isLocal } from './public-url.ts'

const timeoutMs = 10_000

/** Checks that the server sees shoppers' own addresses through its proxies. No address is returned. */
export async function checkAddresses(
  { publicUrl }: Config,
  tokens: ProbeTokens,
): Promise<CheckResult> {
  const token = tokens.make('address')
  try {
    const response = await fetch(publicUrl + addressProbePath, {
      headers: { [probeHeader]: token },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (!tokens.isGood('answer', response.headers.get(probeHeader), token))
      return info(
        "The server does not report what it sees of a shopper's address: is it an older version?",
      )
    return toResult(JSON.parse(text) as AddressProbe, publicUrl)
  } catch (error) {
    return fail(
      `Could not check what the server sees of a shopper's address (${noResponseReason(error)})`,
      'Let GET requests through to /v1/session/.',
    )
  }
}

function toResult(
  { forwarding, isPublic, isFirst, isProxy }: AddressProbe,
  publicUrl: string,
): CheckResult {
  if (forwarding === 'not_trusted') {
    return fail(
      'A proxy in front of the server is not trusted: all shoppers behind it count as one',
      'Set TRUSTED_PROXIES to the address that the proxy connects from; the server log names it.',
    )
  }
  if (forwarding === 'unreadable') {
    return fail(
      "The proxy's X-Forwarded-For cannot be read: all shoppers behind it count as one",
      'It must append the address of its client (nginx: $proxy_add_x_forwarded_for).',
    )
  }
  // Our request had no such header: whoever is named before the address that counts came through a proxy that has it.
  if (isFirst === false) {
    return fail(
      'A proxy further out is not trusted: all shoppers behind it count as one',
      'Name every proxy of the chain in TRUSTED_PROXIES, those of a CDN too.',
    )
  }
  if (isProxy === true && isPublic) {
    return fail(
      'The address of a proxy in TRUSTED_PROXIES counts as the shopper’s: all shoppers behind it count as one',
      'The proxies behind it must keep the X-Forwarded-For that they receive from it (Caddy: trusted_proxies; ingress-nginx: use-forwarded-headers). If this is that proxy’s machine, run doctor on another one.',
    )
  }
  const isSeen = isPublic || isLocal(publicUrl)
  if (forwarding === 'believed' && !isSeen) {
    return info(
      'This request reached the proxy from a private address; if those of shoppers do as well, the server cannot tell shoppers apart',
    )
  }
  if (forwarding === 'believed') return pass("Shoppers' addresses come through the proxy")
  if (isSeen) return pass("Shoppers' addresses are seen")
  return info(
    'This request came from a private address without X-Forwarded-For; a proxy, if there is one, must add that header',
  )
}
