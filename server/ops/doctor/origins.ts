import type { Config } from '../../config.ts'
import { info, pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { isLocal } from './public-url.ts'

const timeoutMs = 10_000

/** Nobody's: RFC 2606 keeps it free. */
const foreign = 'https://doctor.invalid'

/** Whether the storefronts' pages may talk to this server through PUBLIC_URL, and no others. */
export async function checkOrigins(config: Config): Promise<CheckResult[]> {
  const { publicUrl, allowedOrigins } = config
  const findings = [...allowedOrigins].flatMap((origin) => judge(origin, publicUrl))
  try {
    for (const origin of allowedOrigins) {
      const echoed = await preflight(publicUrl, origin)
      if (echoed !== origin) {
        findings.push(
          fail(
            `A page of ${origin} would be told ${echoed === null ? 'nothing' : echoed} as its allowed origin`,
            'The proxy must pass OPTIONS on and add no Access-Control-Allow-Origin of its own.',
          ),
        )
      }
    }
    if ((await preflight(publicUrl, foreign)) !== null) {
      findings.push(
        fail(
          'A page of any origin would be let in',
          'Something before this server adds Access-Control-Allow-Origin: take that out.',
        ),
      )
    }
  } catch (error) {
    findings.push(
      fail(
        `ALLOWED_ORIGINS could not be tried at PUBLIC_URL (${whyNoAnswer(error)})`,
        'OPTIONS must be let through to /v1/session/.',
      ),
    )
  }
  const isFine = findings.every(({ status }) => status !== 'fail')
  return isFine
    ? [pass(`Pages of ${[...allowedOrigins].join(', ')} are let in, others are not`), ...findings]
    : findings
}

function judge(origin: string, publicUrl: string): CheckResult[] {
  if (isLocal(origin)) {
    return isLocal(publicUrl)
      ? []
      : [info(`${origin} in ALLOWED_ORIGINS is a developer's machine: take it out in production`)]
  }
  return origin.startsWith('https:')
    ? []
    : [
        fail(
          `${origin} in ALLOWED_ORIGINS is not https`,
          'Anybody on the way could change that page: serve the storefront over https.',
        ),
      ]
}

async function preflight(publicUrl: string, origin: string): Promise<string | null> {
  const response = await fetch(`${publicUrl}/v1/session/start`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  })
  await response.arrayBuffer()
  return response.headers.get('access-control-allow-origin')
}
