import type { Config } from '../../config.ts'
import { callbackProbePath, signedHeaders } from '../probe-routes.ts'
import { probeHeader } from '../probe-tokens.ts'
import type { ProbeTokens } from '../probe-tokens.ts'
import { info, pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** Checks that PUBLIC_URL, which Netgíró and shoppers call, leads to this server. */
export async function checkReach({ publicUrl }: Config): Promise<CheckResult> {
  const url = `${publicUrl}/healthz`
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = (await response.text()).slice(0, 200)
    if (response.status >= 300 && response.status < 400) {
      return fail(
        `${publicUrl} redirects (status ${response.status})`,
        'PUBLIC_URL must not redirect: Netgíró posts to it and may not follow redirects.',
      )
    }
    if (response.status === 200 && /"status"\s*:\s*"ok"/.test(text))
      return pass(`${publicUrl} is reachable`)
    return fail(
      `${url} responds with status ${response.status}, and not like this server`,
      'Point the proxy for PUBLIC_URL to HOST and PORT of this server, with all paths below it.',
    )
  } catch (error) {
    return fail(
      `${publicUrl} cannot be reached from this machine (${noResponseReason(error)})`,
      'Check DNS, the certificate and the proxy. If only this machine cannot reach it, try from outside.',
    )
  }
}

export const isLocal = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)

export function checkScheme({ publicUrl }: Config): CheckResult | null {
  if (isLocal(publicUrl))
    return info(`${publicUrl} is only reachable from this machine: Netgíró cannot send callbacks`)
  return publicUrl.startsWith('https:')
    ? null
    : fail('PUBLIC_URL is not https', 'It carries sessions and phone numbers: use https.')
}

/** Checks that it is this server, by its secret, and that the headers of a callback arrive. */
export async function checkCallback(
  { publicUrl, netgiro }: Config,
  tokens: ProbeTokens,
): Promise<readonly CheckResult[]> {
  const token = tokens.make('callback')
  try {
    const response = await fetch(`${publicUrl}${callbackProbePath}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [probeHeader]: token,
        ...Object.fromEntries(signedHeaders.map((name) => [name, 'probe'])),
      },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (!tokens.isGood('answer', response.headers.get(probeHeader), token)) {
      return [
        fail(
          `The server that gets callbacks at PUBLIC_URL is not this one (status ${response.status})`,
          'Either PUBLIC_URL leads elsewhere, or the server there has another NETGIRO_SECRET_KEY, an older version or a wrong clock.',
        ),
      ]
    }
    // V2 signs in a header without underscores.
    const needed = netgiro.api === 'v1' ? signedHeaders : []
    const lost = needed.filter((name) => !text.includes(`"${name}"`))
    return [checkHeaders(lost), ...checkSignatures(text)]
  } catch (error) {
    return [
      fail(
        `The callback URL at PUBLIC_URL cannot be reached (${noResponseReason(error)})`,
        'Let POST requests through to /v1/callbacks/.',
      ),
    ]
  }
}

const checkHeaders = (lost: readonly string[]): CheckResult =>
  lost.length === 0
    ? pass("Callbacks arrive, with Netgíró's signature headers")
    : fail(
        `Callbacks arrive without ${lost.join(', ')}: a proxy drops headers with underscores`,
        'nginx: underscores_in_headers on; (in http or server). Others: allow underscores in header names.',
      )

/** V2 signs only callbacks, so a wrong secret shows nowhere else. */
function checkSignatures(answer: string): CheckResult[] {
  const count = Number(/"unproven":(\d{1,9})/.exec(answer)?.[1] ?? 0)
  if (count === 0) return []
  return [
    fail(
      `${count} callbacks since that server started have a signature that does not match NETGIRO_SECRET_KEY`,
      'Set NETGIRO_SECRET_KEY to the one that belongs to NETGIRO_APP_ID, and restart the server.',
    ),
  ]
}
