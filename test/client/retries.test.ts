import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  ConnectionError,
  UnavailableError,
  createClient,
  createWebhooks,
} from '../../integrations/client/index.ts'
import type { ClientOptions, RefundOptions } from '../../integrations/client/index.ts'
import { merchantKey, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { collect } from './server.ts'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer()
})
afterAll(() => testServer.close())

type Exchange = (send: () => Promise<Response>) => Promise<Response>
const normal: Exchange = (send) => send()
/** The server does what it is asked for, and its answer is lost. */
const lost: Exchange = async (send) => {
  await (await send()).text()
  throw new TypeError('terminated')
}
const problem =
  (status: number, code: string, headers = {}): Exchange =>
  () =>
    Promise.resolve(
      Response.json(
        { type: 'about:blank', title: 'x', status, code },
        { status, headers: { 'content-type': 'application/problem+json', ...headers } },
      ),
    )

/** A network with these exchanges, one for each request to come. */
function through(exchanges: readonly Exchange[], options: Partial<ClientOptions> = {}) {
  const keys: (string | null)[] = []
  const waits: number[] = []
  const left = [...exchanges]
  const client = createClient({
    ...{ url: testServer.url, key: merchantKey },
    fetch: (input, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'))
      return (left.shift() ?? normal)(() => fetch(input, init))
    },
    wait: (ms) => {
      waits.push(ms)
      return Promise.resolve()
    },
    ...options,
  })
  return { client, keys, waits }
}
const order = (reference: string) => ({ reference, amount: 100, currency: 'ISK' }) as const

it('creates one checkout when two answers are lost, and repeats the call under one key', async () => {
  const { client, keys, waits } = through([lost, lost])
  const { id } = await client.checkouts.create(order('LOST-1'))
  expect((await client.checkouts.get({ reference: 'LOST-1' })).id).toBe(id)
  expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]])
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
  expect(waits).toHaveLength(2)
  expect(waits[1]!).toBeGreaterThan(199)
  await client.checkouts.create(order('LOST-2'))
  expect(keys.at(-1)).not.toBe(keys[0])
})

it('gives up after the last retry, with what went wrong', async () => {
  const { client, keys } = through([lost, lost, lost, lost, lost])
  await expect(client.checkouts.create(order('LOST-3'))).rejects.toBeInstanceOf(ConnectionError)
  expect(keys).toHaveLength(4)
})

it('never repeats a call without a key that may have had an effect', async () => {
  const { client, keys } = through([lost])
  const { id } = await through([]).client.checkouts.create(order('CANCEL-1'))
  await expect(client.checkouts.cancel(id)).rejects.toBeInstanceOf(ConnectionError)
  expect(keys).toHaveLength(1)
  expect((await client.checkouts.get(id)).status).toBe('canceled')
})

it('repeats such a call when the server names a time to repeat it', async () => {
  const { client, waits } = through([
    problem(503, 'temporarily_unavailable', { 'retry-after': '2' }),
  ])
  const { id } = await through([]).client.checkouts.create(order('CANCEL-2'))
  expect((await client.checkouts.cancel(id)).status).toBe('canceled')
  expect(waits).toEqual([2000])
})

it('leaves it to the caller to wait longer than ten seconds', async () => {
  const busy = problem(503, 'shutting_down', { 'retry-after': '60', 'x-request-id': 'r-1' })
  const { client, waits } = through([busy])
  const error = await client.checkouts.get('co_1').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UnavailableError)
  expect(error).toMatchObject({ retryAfter: 60, requestId: 'r-1', status: 503 })
  expect(waits).toEqual([])
})

it('the client does not repeat what the server refuses', async () => {
  const { client, keys } = through([])
  await expect(client.checkouts.get('none')).rejects.toMatchObject({ code: 'checkout_not_found' })
  expect(keys).toHaveLength(1)
})

it('ends at once when its signal is aborted, also while it waits', async () => {
  const abort = new AbortController()
  const { client } = through([lost, lost], {
    wait: (_, signal) => {
      abort.abort(new Error('left'))
      signal?.throwIfAborted()
      return Promise.resolve()
    },
  })
  const { signal } = abort
  await expect(client.checkouts.create(order('ABORT-1'), { signal })).rejects.toThrow('left')
})

it('ends at once when its signal is aborted during its own backoff', async () => {
  const abort = new AbortController()
  const busy = problem(503, 'shutting_down', { 'retry-after': '9' })
  const answered: Exchange = (send) => {
    setImmediate(() => abort.abort(new Error('left')))
    return busy(send)
  }
  const client = createClient({
    ...{ url: testServer.url, key: merchantKey },
    fetch: () => answered(() => Promise.reject(new Error('not sent'))),
  })
  const started = performance.now()
  const { signal } = abort
  await expect(client.checkouts.create(order('ABORT-2'), { signal })).rejects.toThrow('left')
  expect(performance.now() - started).toBeLessThan(8000)
})

it('the client does not retry when `retries` is not a number', async () => {
  const { client, keys } = through(Array<Exchange>(5).fill(lost), { retries: NaN })
  await expect(client.checkouts.create(order('NAN-1'))).rejects.toBeInstanceOf(ConnectionError)
  expect(keys).toHaveLength(1)
})

it.each([[NaN], [Infinity], [10n]])('sends no amount that JSON cannot hold: %s', async (amount) => {
  const { client, keys } = through([])
  const one = { ...order('JSON-1'), amount: amount as number }
  await expect(client.checkouts.create(one)).rejects.toThrow(/`amount` is .*JSON cannot hold/)
  expect(keys).toEqual([])
})

it('says that a refund needs a key when it is called without options', async () => {
  const { client, keys } = through([])
  const without = undefined as unknown as RefundOptions
  const refund = client.checkouts.refund('chk_1', { amount: 1 }, without)
  await expect(refund).rejects.toThrow(/idempotencyKey/)
  expect(keys).toEqual([])
})

it('counts a try that takes too long as lost', async () => {
  const hanging: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
    })
  const { client } = through([], { fetch: hanging, timeoutMs: 1, retries: 1 })
  const error = await client.checkouts.get('co_1').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConnectionError)
  expect((error as Error).cause).toMatchObject({ name: 'TimeoutError' })
})

it('waits longer for an answer than the server takes to settle a refund or a cancellation', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const number = (path: string, pattern: RegExp) =>
    Number(pattern.exec(read(path))?.[1]?.replaceAll('_', ''))
  const servers = ['refunds', 'checkouts'].map((name) =>
    number(`server/core/${name}.ts`, /^const responseDeadlineMs = ([\d_]+)$/m),
  )
  const clients = [
    number('integrations/client/transport.ts', /\btimeoutMs = ([\d_]+)/),
    number('integrations/php/src/Client.php', /\$timeoutMs = ([\d_]+)/),
    number('integrations/python/netgiro_checkout/client.py', /\btimeout: float = ([\d.]+)/) * 1000,
    number('integrations/woocommerce/src/Bff.php', /TIMEOUT_SECONDS = (\d+)/) * 1000,
  ]
  // The way there and back, and what the server does before it begins to wait.
  expect(Math.min(...clients) - Math.max(...servers)).toBeGreaterThanOrEqual(4000)
})

it('the client does not follow a redirect, and takes no page for an answer', async () => {
  const page: Exchange = () => Promise.resolve(new Response('<p>Welcome', { status: 200 }))
  const moved: Exchange = () =>
    Promise.resolve(new Response(null, { status: 302, headers: { location: 'http://x' } }))
  for (const exchange of [page, moved]) {
    const { client } = through([exchange], { retries: 0 })
    await expect(client.checkouts.get('co_1')).rejects.toBeInstanceOf(ConnectionError)
  }
})

it.each([null, undefined, ''])(
  'lists events from the oldest when the cursor is %j',
  async (after) => {
    const { client } = through([])
    const { id } = await client.checkouts.create(order(`FIRST-${String(after)}`))
    await client.checkouts.cancel(id)
    const all = await collect(client.events.list(), ({ event }) => event.id)
    expect(await collect(client.events.list({ after }), ({ event }) => event.id)).toEqual(all)
  },
)

it.each([
  [{ key: 'k' }, /PUBLIC_URL/],
  [{ url: 'pay.shop.is', key: 'k' }, /PUBLIC_URL/],
  [{ url: 'https://pay.shop.is' }, /MERCHANT_API_KEY/],
])('names the setting that is missing before any call: %j', (options, setting) => {
  expect(() => createClient(options as ClientOptions)).toThrow(setting)
})

it('names the secret of webhooks where it is missing', () => {
  const { WEBHOOK_SECRET: missing } = {} as { WEBHOOK_SECRET: string }
  expect(() => createWebhooks(missing)).toThrow(/WEBHOOK_SECRET/)
})

it('lists events over several pages, and goes on from a cursor after a restart', async () => {
  const { client } = through([])
  for (let number = 0; number < 120; number++) {
    const { id } = await client.checkouts.create(order(`PAGE-${number}`))
    await client.checkouts.cancel(id)
  }
  const ids: string[] = []
  let saved = '0'
  for await (const { event, cursor } of client.events.list()) {
    ids.push(event.id)
    saved = cursor
    if (ids.length === 105) break
  }
  for await (const { event } of client.events.list({ after: saved })) ids.push(event.id)
  // What was handled since the end of a page comes again.
  expect(ids.length).toBeGreaterThan(new Set(ids).size)
  const all = await collect(client.events.list(), ({ event }) => event.id)
  expect(new Set(ids)).toEqual(new Set(all))
  expect(all.length).toBeGreaterThan(119)
})
