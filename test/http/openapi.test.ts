import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApp } from '../../server/http/app.ts'
import { eventTypes } from '../../server/core/checkout.ts'
import { problemCodes } from '../../server/protocol/index.ts'
import { browser, merchant, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer()
})
afterAll(() => testServer.close())

interface Document {
  openapi: string
  paths: Record<string, Record<string, unknown>>
  components: { schemas: Record<string, { properties?: object }> }
}
const read = async () => (await (await fetch(`${testServer.url}/openapi.json`)).json()) as Document

it('documents every route, and no other', async () => {
  // Only the table of routes is looked at; nothing of what is handed in is ever called.
  const app = createApp({
    publicUrl: 'http://x',
    origins: new Set(),
    assets: new URL('file:///nowhere/'),
  } as never)
  const routes = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}').replace(/(?<=.)\/$/, '')}`,
    )
  const { openapi, paths } = await read()
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(openapi).toBe('3.1.0')
  expect(documented.sort()).toEqual([...new Set(routes)].sort())
})

it('the OpenAPI document has no dangling reference', async () => {
  const document = await read()
  const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)
  for (const [, name] of references)
    expect(Object.keys(document.components.schemas)).toContain(name)
  expect(document.components.schemas['Snapshot']?.properties).toHaveProperty('lastAttempt')
})

it('documents every webhook event, and every response to a refund', async () => {
  const document = (await read()) as unknown as {
    paths: Record<string, { post: { responses: Record<string, object> } }>
    webhooks: { checkout: { post: { description: string } } }
  }
  for (const type of eventTypes) expect(document.webhooks.checkout.post.description).toContain(type)
  const answers = document.paths['/v1/checkouts/{id}/refunds']?.post.responses ?? {}
  for (const status of ['200', '201', '202', '422']) expect(answers).toHaveProperty(status)
})

it('documents every problem, and a database that is away for every call that needs one', async () => {
  const { paths } = (await read()) as unknown as {
    paths: Record<string, Record<string, { tags: readonly string[]; responses: object }>>
  }
  const codesOf = (operation: { responses: object }) =>
    [...JSON.stringify(operation.responses).matchAll(/"description":"([a-z_, ]+)"/g)].flatMap(
      ([, codes = '']) => codes.split(', '),
    )
  const operations = Object.values(paths).flatMap((methods) => Object.entries(methods))
  const named = new Set(operations.flatMap(([, operation]) => codesOf(operation)))
  // Kept for programs that know it; it is a reason of an attempt now, and no answer.
  const unused = ['request_not_sent']
  expect([...named, ...unused]).toEqual(expect.arrayContaining([...problemCodes]))
  for (const [, operation] of operations)
    if (!operation.tags.includes('Server'))
      expect(codesOf(operation)).toContain('temporarily_unavailable')
})

interface Calls {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly operationId: string
        readonly tags: readonly string[]
        readonly requestBody?: { readonly required?: boolean }
        readonly responses: Record<string, { description: string; headers?: object }>
      }
    >
  >
}

it('says of every call whether it needs a body', async () => {
  const { paths } = (await read()) as unknown as Calls
  const calls = Object.entries(paths).flatMap(([path, { post }]) =>
    post?.requestBody ? [{ path, ...post, isRequired: post.requestBody.required === true }] : [],
  )
  expect(calls.length).toBeGreaterThan(5)
  for (const { path, operationId, tags, isRequired } of calls) {
    const { id, session } = await testServer.create()
    const answer = tags.includes('Browser')
      ? await browser(testServer, session, 'POST', path)
      : await merchant(testServer, 'POST', path.replace('{id}', id), {
          headers: { 'idempotency-key': operationId },
        })
    const { detail } = (await answer.json()) as { detail?: string }
    // Where the provider's own form asks for the payer, nothing needs to be said.
    const isRefused = answer.status === 400 && detail !== 'phone: is missing'
    expect([operationId, isRequired]).toEqual([operationId, isRefused])
  }
})

const codesWithRetryAfter =
  /too_many_requests|phone_busy|idempotency_key_in_use|temporarily_unavailable|shutting_down/

it('says where a response may have Retry-After', async () => {
  const { paths } = (await read()) as unknown as Calls
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods)))
    for (const [status, { description, headers = {} }] of Object.entries(operation.responses)) {
      const maySay = codesWithRetryAfter.test(description)
      if (['409', '429', '503'].includes(status) && !operation.tags.includes('Server'))
        expect([description, 'Retry-After' in headers]).toEqual([description, maySay])
    }
})
