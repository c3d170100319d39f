import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, it } from 'vitest'
import { openApiDocument } from '../../server/http/openapi.ts'

it('the OpenAPI document passes the linter, which also holds every example against its schema', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'operation-operationId': 'error',
      'no-invalid-media-type-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      // A page, probes and the document itself cannot be asked for wrongly.
      'operation-4xx-response': 'off',
    },
  })
  const problems = await lintFromString({
    source: JSON.stringify(openApiDocument('https://pay.shop.is')),
    config,
  })
  const told = problems.map(({ ruleId, message, location: [place] }) =>
    [ruleId, message, place?.pointer].join(' '),
  )
  expect(told).toEqual([])
})
