import type { Config } from '../../config.ts'
import { callbackProbePath, signedHeaders } from '../probe-routes.ts'
import { probeHeader } from '../probe-tokens.ts'
import type { ProbeTokens } from '../probe-tokens.ts'
import { info, pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const timeoutMs = 10_000

/** Whether the address that Netgíró and shoppers are given leads here. */
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
        'PUBLIC_URL must be the address that answers itself: Netgíró posts to it and may not follow.',
      )
    }
    if (response.status === 200 && /"status"\s*:\s*"ok"/.test(text))
      return pass(`${publicUrl} can be reached`)
    return fail(
      `${url} answers status ${response.status}, and not as this server does`,
      'Point the proxy for PUBLIC_URL at HOST and PORT of this server, with all paths below it.',
    )
  } catch (error) {
    return fail(
      `${publicUrl} cannot be reached from here (${whyNoAnswer(error)})`,
      'Check the name, the certificate and the proxy. If only this machine cannot reach it, try from outside.',
    )
  }
}

export const isLocal = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)

export function checkScheme({ publicUrl }: Config): CheckResult | null {
  if (isLocal(publicUrl)) return info(`${publicUrl} is this machine only: Netgíró cannot ring here`)
  return publicUrl.startsWith('https:')
    ? null
    : fail('PUBLIC_URL is not https', 'Sessions and phone numbers pass there: use https.')
}

/** Whether it is this server, by its secret, and whether the headers of a callback arrive there. */
export async function checkCallback(
  { publicUrl, netgiro }: Config,
  marks: ProbeTokens,
): Promise<readonly CheckResult[]> {
  const mark = marks.make('callback')
  try {
    const response = await fetch(`${publicUrl}${callbackProbePath}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [probeHeader]: mark,
        ...Object.fromEntries(signedHeaders.map((name) => [name, 'probe'])),
      },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (!marks.isGood('answer', response.headers.get(probeHeader), mark)) {
      return [
        fail(
          `What answers callbacks at PUBLIC_URL is not this server (status ${response.status})`,
          'Either PUBLIC_URL leads elsewhere, or the server there runs with another NETGIRO_SECRET_KEY, an older version or a wrong clock.',
        ),
      ]
    }
    // V2 signs in a header without underscores.
    const needed = netgiro.api === 'v1' ? signedHeaders : []
    const lost = needed.filter((name) => !text.includes(`"${name}"`))
    return [judgeHeaders(lost), ...judgeUnproven(text)]
  } catch (error) {
    return [
      fail(
        `The callback address at PUBLIC_URL cannot be reached (${whyNoAnswer(error)})`,
        'POST must be let through to /v1/callbacks/.',
      ),
    ]
  }
}

const judgeHeaders = (lost: readonly string[]): CheckResult =>
  lost.length === 0
    ? pass("Callbacks arrive, with Netgíró's signature headers")
    : fail(
        `Callbacks arrive without ${lost.join(', ')}: a proxy drops headers with underscores`,
        'nginx: underscores_in_headers on; (in http or server). Others: allow underscores in header names.',
      )

/** V2 signs nothing but callbacks, so a wrong secret shows nowhere else. */
function judgeUnproven(answer: string): CheckResult[] {
  const count = Number(/"unproven":(\d{1,9})/.exec(answer)?.[1] ?? 0)
  if (count === 0) return []
  return [
    fail(
      `${count} callbacks have come since that server started whose signature does not fit NETGIRO_SECRET_KEY`,
      'NETGIRO_SECRET_KEY must be the one that belongs to NETGIRO_APP_ID; then start the server anew.',
    ),
  ]
}
