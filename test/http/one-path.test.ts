import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browser, origin, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer()
})
afterAll(() => testServer.close())

const act = (session: string, body: object) =>
  browser(testServer, session, 'POST', '/v1/session', { body })

describe('the path /v1/session', () => {
  it('takes every action, like the path of its own', async () => {
    const { session } = await testServer.create()
    const started = await act(session, { action: 'start', phone: '822 3281' })
    expect(started.status).toBe(202)
    expect(await started.json()).toMatchObject({ phone: '•••3281' })
    const canceled = await act(session, { action: 'cancel' })
    expect(canceled.status).toBe(202)
  })

  it.each([
    [{}, 'action'],
    [{ action: 'refund' }, 'action'],
    [{ action: 'start', phone: '8223281', surprise: 1 }, 'is invalid'],
    [{ action: 'cancel', phone: '8223281' }, 'not a known field'],
  ])('refuses %j', async (body, word) => {
    const { session } = await testServer.create()
    const response = await act(session, body)
    expect(response.status).toBe(400)
    const problem = (await response.json()) as { code: string; detail: string }
    expect(problem.code).toBe('invalid_request')
    expect(problem.detail).toContain(word)
  })

  it('answers with the stream where that is accepted, and with the snapshot otherwise', async () => {
    const { session } = await testServer.create()
    const typeOf = (accept: string) =>
      new Promise<string | undefined>((resolve, reject) => {
        const headers = { accept, origin, authorization: `Bearer ${session}` }
        const outgoing = request(`${testServer.url}/v1/session`, { headers }, (response) => {
          resolve(response.headers['content-type'])
          outgoing.destroy()
        })
        outgoing.on('error', reject).end()
      })
    expect(await typeOf('text/event-stream')).toBe('text/event-stream; charset=utf-8')
    expect(await typeOf('*/*')).toBe('application/json')
  })

  it('needs one preflight for all of it, for two hours', async () => {
    const response = await fetch(`${testServer.url}/v1/session`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    })
    const header = (name: string) => response.headers.get(`access-control-${name}`) ?? ''
    expect(header('max-age')).toBe('7200')
    expect(header('allow-methods')).toBe('GET, POST')
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'last-event-id'])
      expect(header('allow-headers')).toContain(name)
    const read = await fetch(`${testServer.url}/v1/session`, { headers: { origin } })
    expect(read.headers.get('access-control-expose-headers')).toBe('Retry-After')
    expect(read.headers.get('vary')).toMatch(/accept/i)
  })
})
