import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { outcomes, reasons, statuses } from '../../server/protocol/index.ts'
import { openApi } from '../support/http-reference/document.ts'
import type { Schema } from '../support/http-reference/document.ts'
import { httpPage, renderHttpPage } from '../support/http-reference/page.ts'

it('docs/http.md is what npm run docs:reference makes from the OpenAPI document', async () => {
  await expect(await renderHttpPage()).toMatchFileSnapshot(`../../${httpPage}`)
})

const page = readFileSync(httpPage, 'utf8')
const firstCells = (heading: string) =>
  [...(page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(
    ([, name]) => name,
  )

it('docs/http.md explains every status, and every reason for which an attempt ends', () => {
  expect(firstCells('Statuses')).toEqual([...statuses])
  expect(firstCells('How an attempt ends').sort()).toEqual([...reasons].sort())
  for (const outcome of outcomes) expect(page).toContain(`| \`${outcome}\``)
})

/** The fields of a schema, with their paths. */
function fieldsOf(schema: Schema, at: string): [path: string, field: Schema][] {
  const { properties = {}, items, anyOf = [] } = schema
  return [
    ...Object.entries(properties).flatMap(([name, field]): [string, Schema][] => [
      [`${at}.${name}`, field],
      ...fieldsOf(field, `${at}.${name}`),
    ]),
    ...(items ? fieldsOf(items, at) : []),
    ...anyOf.flatMap((one) => fieldsOf(one, at)),
  ]
}

it('the OpenAPI document says what each field and each parameter means', () => {
  const fields = Object.entries(openApi.components.schemas).flatMap(([name, schema]) =>
    fieldsOf(schema, name),
  )
  expect(fields.length).toBeGreaterThan(200)
  expect(fields.filter(([, { description, $ref }]) => !description && !$ref)).toEqual([])
  const operations = Object.values(openApi.paths).flatMap((methods) => Object.values(methods))
  const silent = operations.flatMap(({ operationId, parameters = [] }) =>
    parameters.filter(({ description }) => !description).map(({ name }) => [operationId, name]),
  )
  expect(silent).toEqual([])
})

it('the examples have ids as the server makes them, and a receipt of their own checkout', () => {
  const text = JSON.stringify(openApi)
  const ids = [...text.matchAll(/"((?:chk|att|ref|evt)_[\w-]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(4)
  for (const id of ids) expect(id).toMatch(/^[a-z]{3}_[\w-]{22}$/)
  const [, content = ''] = /"receipt":"[\w-]+\.([\w-]+)\./.exec(text) ?? []
  const receipt = JSON.parse(Buffer.from(content, 'base64url').toString()) as { checkout: string }
  expect(receipt).toMatchObject({ reference: 'WEB-1234', amount: 12990, status: 'paid' })
  expect(text).toContain(`"id":"${receipt.checkout}"`)
})
