import type { Config } from '../../config.ts'
import { note, ok, whyNoAnswer, wrong } from './finding.ts'
import type { Finding } from './finding.ts'
import { isLocal } from './public-url.ts'

const patience = 10_000

/** Nobody's: RFC 2606 keeps it free. */
const foreign = 'https://doctor.invalid'

/** Whether the storefronts' pages may talk to this server through PUBLIC_URL, and no others. */
export async function checkOrigins(config: Config): Promise<Finding[]> {
  const { publicUrl, allowedOrigins } = config
  const findings = [...allowedOrigins].flatMap((origin) => judge(origin, publicUrl))
  try {
    for (const origin of allowedOrigins) {
      const echoed = await preflight(publicUrl, origin)
      if (echoed !== origin) {
        findings.push(
          wrong(
            `A page of ${origin} would be told ${echoed === null ? 'nothing' : echoed} as its allowed origin`,
            'The proxy must pass OPTIONS on and add no Access-Control-Allow-Origin of its own.',
          ),
        )
      }
    }
    if ((await preflight(publicUrl, foreign)) !== null) {
      findings.push(
        wrong(
          'A page of any origin would be let in',
          'Something before this server adds Access-Control-Allow-Origin: take that out.',
        ),
      )
    }
  } catch (error) {
    findings.push(
      wrong(
        `ALLOWED_ORIGINS could not be tried at PUBLIC_URL (${whyNoAnswer(error)})`,
        'OPTIONS must be let through to /v1/session/.',
      ),
    )
  }
  const isFine = findings.every(({ mark }) => mark !== 'wrong')
  return isFine
    ? [ok(`Pages of ${[...allowedOrigins].join(', ')} are let in, others are not`), ...findings]
    : findings
}

function judge(origin: string, publicUrl: string): Finding[] {
  if (isLocal(origin)) {
    return isLocal(publicUrl)
      ? []
      : [note(`${origin} in ALLOWED_ORIGINS is a developer's machine: take it out in production`)]
  }
  return origin.startsWith('https:')
    ? []
    : [
        wrong(
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
    signal: AbortSignal.timeout(patience),
  })
  await response.arrayBuffer()
  return response.headers.get('access-control-allow-origin')
}
