import type { Config } from '../../config.ts'
import { info, pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { isLocal } from './public-url.ts'

const timeoutMs = 10_000

/** [rfc2606] reserves this name. */
const foreign = 'https://doctor.invalid'

/** Checks that the storefronts' pages, and no others, may call this server through PUBLIC_URL. */
export async function checkOrigins(config: Config): Promise<CheckResult[]> {
  const { publicUrl, allowedOrigins } = config
  const results = [...allowedOrigins].flatMap((origin) => judge(origin, publicUrl))
  try {
    for (const origin of allowedOrigins) {
      const echoed = await preflight(publicUrl, origin)
      if (echoed !== origin) {
        results.push(
          fail(
            `A page of ${origin} gets ${echoed === null ? 'nothing' : echoed} as its allowed origin`,
            'The running server must have these ALLOWED_ORIGINS (restart it after a change); a proxy must forward OPTIONS and must not add its own Access-Control-Allow-Origin.',
          ),
        )
      }
    }
    if ((await preflight(publicUrl, foreign)) !== null) {
      results.push(
        fail(
          'Pages of any origin are allowed',
          'A proxy in front of this server adds Access-Control-Allow-Origin: remove that.',
        ),
      )
    }
  } catch (error) {
    results.push(
      fail(
        `Could not check ALLOWED_ORIGINS at PUBLIC_URL (${noResponseReason(error)})`,
        'Let OPTIONS requests through to /v1/session/.',
      ),
    )
  }
  const hasPassed = results.every(({ status }) => status !== 'fail')
  return hasPassed
    ? [pass(`Pages of ${[...allowedOrigins].join(', ')} are allowed, others are not`), ...results]
    : results
}

function judge(origin: string, publicUrl: string): CheckResult[] {
  if (isLocal(origin)) {
    return isLocal(publicUrl)
      ? []
      : [info(`${origin} in ALLOWED_ORIGINS is a developer's machine: remove it in production`)]
  }
  return origin.startsWith('https:')
    ? []
    : [
        fail(
          `${origin} in ALLOWED_ORIGINS is not https`,
          'That page can be changed in transit: serve the storefront over https.',
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
