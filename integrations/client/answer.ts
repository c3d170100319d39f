/** Reads an answer, which may be that of a proxy, or of no payment server at all. */
import { ConnectionError, toProblemError } from './errors.ts'
import type { ProblemError } from './errors.ts'

/**
 * @param field - what every answer to the call has
 * @throws ProblemError that the server refused the call; ConnectionError that this is not the server's answer
 */
export async function readAnswer(response: Response, field: string): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  const text = await response.text()
  if (response.ok && type.startsWith('application/json')) {
    const answer = parse(text)
    if (answer !== null && field in answer) return answer
  }
  const problem = type.startsWith('application/problem+json') ? problemOf(response, text) : null
  throw problem ?? notOurs(response.status, type)
}

const notOurs = (status: number, type: string) =>
  new ConnectionError(`An answer that is not the payment server's: ${`${status} ${type}`.trim()}`)

/** Null without a code: other programs answer with problems as well. */
function problemOf({ status, headers }: Response, text: string): ProblemError | null {
  const body = parse(text)
  const field = (name: string): string | undefined => {
    const value: unknown = body === null ? undefined : Reflect.get(body, name)
    return typeof value === 'string' ? value : undefined
  }
  const code = field('code')
  if (code === undefined) return null
  const retryAfter = headers.get('retry-after') ?? ''
  return toProblemError({
    ...{ status, code },
    title: field('title') ?? 'The request was refused',
    detail: field('detail'),
    checkoutId: field('checkoutId'),
    retryAfter: /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined,
    requestId: headers.get('x-request-id') ?? undefined,
  })
}

function parse(text: string): object | null {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
