import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toProblem } from '../../server/http/problem.ts'

const read = (page: string) =>
  readFileSync(join(import.meta.dirname, '../..', page), 'utf8').replaceAll(/\s+/g, ' ')

it.each([
  'docs/shop-server.md',
  'integrations/client/README.md',
  'integrations/python/README.md',
  'integrations/php/README.md',
])('%s says after which errors the outcome of a call is not known', (page) => {
  expect(read(page)).toContain(
    'After a `ConnectionError`, or a `ProblemError` of status 500 or above, it is not known whether the call had an effect',
  )
})

/** Those after which nothing has happened, or whose row says when it has. */
const known = ['too_many_streams', 'request_not_sent', 'shutting_down']

it('docs/problems.md says of every error of the server whether the outcome is known', () => {
  const rows = read('docs/problems.md').matchAll(
    /\| `(\w+)` \| (5\d\d) \|(.*?)(?=\| `\w+` \| \d{3} \||##|$)/g,
  )
  const unclear = [...rows]
    .filter(([, , , text = '']) => !/is not known|may have been sent or not/.test(text))
    .map(([, code]) => code)
  expect(unclear.sort()).toEqual(known.sort())
})

it.each(['temporarily_unavailable', 'internal_error', 'provider_unavailable'] as const)(
  '%s, after which the outcome is not known, has a status of 500 or above',
  (code) => {
    expect(toProblem(code).status).toBeGreaterThanOrEqual(500)
  },
)
