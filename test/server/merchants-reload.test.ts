import { on } from 'node:events'
import { existsSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import { createLog } from '../../server/log.ts'
import { callbackProbePath } from '../../server/ops/probe-routes.ts'
import { probeHeader, ProbeTokens } from '../../server/ops/probe-tokens.ts'
import { startServer } from '../../server/serve.ts'
import { tryToOwn } from '../../server/store/owner-lock.ts'
import { openShop } from '../ops/shop.ts'
import type { Shop } from '../ops/shop.ts'
import { ManualClock } from '../support/manual-clock.ts'
import {
  adminTokenOf,
  apiKeyOf,
  merchantEntry,
  originOf,
  webhookOf,
  withoutVariables,
} from '../support/merchants.ts'
import { runServer, settingsFor } from '../support/process.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { openStream } from '../support/stream.ts'
import { secretKey, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

let clock: ManualClock
let testServer: TestServer
let shop: Shop
let file: string
let entries: Record<string, object>
let orders = 0

const write = (text: string) => {
  // In one step, as careful tools do.
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
const describeMerchants = (changed: Record<string, object | undefined>) => {
  entries = JSON.parse(JSON.stringify({ ...entries, ...changed })) as typeof entries
  write(JSON.stringify(entries))
}
const entryOf = (id: string, more: object = {}) => ({
  ...merchantEntry(id, testServer.simulator.apiUrl),
  ...webhookOf(id, shop.url),
  ...more,
})

beforeEach(async () => {
  clock = new ManualClock()
  shop = await openShop()
  file = join(mkdtempSync(join(tmpdir(), 'reload-')), 'merchants.json')
  testServer = await startTestServer({
    clock,
    envOf: ({ apiUrl }) => {
      if (existsSync(file)) return { ...withoutVariables, MERCHANTS_FILE: file }
      entries = Object.fromEntries(
        ['a', 'b'].map((id) => [id, { ...merchantEntry(id, apiUrl), ...webhookOf(id, shop.url) }]),
      )
      write(JSON.stringify(entries))
      return { ...withoutVariables, MERCHANTS_FILE: file }
    },
  })
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

const call = (id: string, method: string, path: string, body?: object, apiKey = apiKeyOf(id)) =>
  fetch(testServer.url + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })

async function create(id: string) {
  const order = { reference: `WEB-${++orders}`, amount: 500, currency: 'ISK' }
  const response = await call(id, 'POST', '/v1/checkouts', order)
  expect(response.status).toBe(201)
  return (await response.json()) as { id: string; session: string }
}

const startOf = (id: string, session: string) =>
  fetch(`${testServer.url}/v1/session/start`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${session}`, origin: originOf(id) },
      'content-type': 'application/json',
    },
    body: JSON.stringify({ phone: '8223281' }),
  })

async function waitingAt(id: string) {
  const created = await create(id)
  expect((await startOf(id, created.session)).status).toBe(202)
  return created
}

const statusOf = async (id: string, session: string) => {
  const response = await fetch(`${testServer.url}/v1/session`, {
    headers: { authorization: `Bearer ${session}`, origin: originOf(id) },
  })
  return ((await response.json()) as { status: string }).status
}

const approveAll = () => {
  for (const { TransactionId, state } of testServer.simulator.inspect().carts)
    if (state === 'waiting') testServer.simulator.approve(TransactionId)
}

const awaitPaid = (id: string, session: string) =>
  until(
    () => {
      clock.advance(500)
      return statusOf(id, session)
    },
    (status) => status === 'paid',
  )

const linesAbout = (message: string) =>
  testServer
    .logged()
    .split('\n')
    .filter((line) => line.includes(message))

const metrics = () => testServer.parts().metrics.text()

const probe = async (secret: string) => {
  const token = new ProbeTokens(secret, () => clock.now()).make('callback')
  const response = await fetch(testServer.url + callbackProbePath, {
    ...{ method: 'POST', headers: { [probeHeader]: token } },
  })
  return response.status
}

describe('a changed file of merchants', () => {
  it('lets doctor’s probes in by the secrets of any merchant, as they are now', async () => {
    const ofB = 'another-secret-key-7q2m9w4k1-of-b'
    const fresh = 'a-fresh-secret-key-0x7q2m9w4k1-of-a'
    describeMerchants({ b: entryOf('b', { NETGIRO_SECRET_KEY: ofB }) })
    await testServer.parts().reload()
    expect([await probe(secretKey), await probe(ofB), await probe(fresh)]).toEqual([200, 200, 404])
    describeMerchants({ a: entryOf('a', { NETGIRO_SECRET_KEY: fresh }) })
    await testServer.parts().reload()
    expect([await probe(secretKey), await probe(ofB), await probe(fresh)]).toEqual([404, 200, 200])
  })

  it('adds a merchant while the server runs, without a moment’s pause for the others', async () => {
    const { session } = await waitingAt('a')
    const stream = await openStream(testServer, session, { origin: originOf('a') })
    expect((await call('c', 'GET', '/v1/events')).status).toBe(401)
    describeMerchants({ c: entryOf('c') })
    await until(async () => {
      clock.advance(5_000)
      return (await call('c', 'GET', '/v1/events')).status === 200
    })
    const added = await waitingAt('c')
    approveAll()
    await awaitPaid('c', added.session)
    await until(() => shop.received.some(({ body }) => body.includes(added.id)))
    // The stream of the other merchant's shopper went on.
    await until(() => stream.snapshots().at(-1)?.status === 'paid')
    expect(stream.retries).toEqual([])
    expect(linesAbout('started anew')).toEqual([])
  })

  it('changes a merchant’s credentials, and goes on with what waits', async () => {
    const { session } = await waitingAt('a')
    const other = await waitingAt('b')
    const apiKey = 'another-api-key-0x7q2m9w4k1'
    const keys = [apiKey, apiKeyOf('a')]
    describeMerchants({ a: entryOf('a', { MERCHANT_API_KEY: keys, MERCHANT_NAME: 'Renamed' }) })
    await testServer.parts().reload()
    for (const key of keys)
      expect((await call('a', 'GET', '/v1/events', undefined, key)).status).toBe(200)
    describeMerchants({ a: entryOf('a', { MERCHANT_API_KEY: apiKey }) })
    await testServer.parts().reload()
    expect((await call('a', 'GET', '/v1/events')).status).toBe(401)
    approveAll()
    await awaitPaid('a', session)
    await awaitPaid('b', other.session)
    expect(linesAbout('started anew')).toHaveLength(2)
    expect(testServer.simulator.inspect().carts).toHaveLength(2)
  })

  it('lets the requests of a merchant that starts anew wait for it', async () => {
    const { id } = await waitingAt('a')
    testServer.simulator.fault({ call: 'CancelCart', kind: 'delay', ms: 300 })
    const closing = call('a', 'POST', `/v1/checkouts/${id}/cancel`, {})
    await until(() => testServer.simulator.inspect().calls.CancelCart > 0)
    describeMerchants({ a: entryOf('a', { MERCHANT_NAME: 'Renamed' }) })
    const reloaded = testServer.parts().reload()
    const reading = call('a', 'GET', `/v1/checkouts/${id}`)
    clock.advance(300)
    expect((await closing).status).toBe(200)
    await reloaded
    expect((await reading).status).toBe(200)
  })

  it('a merchant starts anew without waiting for the body of a request', async () => {
    const { session } = await waitingAt('a')
    const { hostname, port } = new URL(testServer.url)
    const socket = connect(Number(port), hostname)
    const received = on(socket, 'data')
    socket.write(
      'POST /v1/session/cancel HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n' +
        'Content-Type: application/json\r\nContent-Length: 2\r\n' +
        `Authorization: Bearer ${session}\r\nOrigin: ${originOf('a')}\r\n\r\n`,
    )
    expect(String((await received.next()).value)).toContain('100 Continue')
    describeMerchants({ a: entryOf('a', { MERCHANT_NAME: 'Renamed' }) })
    await testServer.parts().reload()
    // It is carried out by the merchant as it is now.
    socket.write('{}')
    const answer = String((await received.next()).value)
    expect(answer).toContain('HTTP/1.1 202')
    expect(answer).toContain('"merchant":"Renamed"')
  })

  it('a changed file of merchants is taken up once where the database was away, however often it changed meanwhile', async () => {
    const { session } = await waitingAt('a')
    const database = openSecondConnection(testServer.databasePath)
    database.exec('alter table attempts rename to attempts_away')
    for (const [times, name] of ['First', 'Second', 'Third'].entries()) {
      describeMerchants({ a: entryOf('a', { MERCHANT_NAME: name }) })
      await testServer.parts().reload()
      expect(linesAbout('starting the merchant failed')).toHaveLength(times + 1)
    }
    database.exec('alter table attempts_away rename to attempts')
    database.close()
    clock.advance(5_000)
    await until(() => linesAbout('resuming unfinished checkouts').length > 0)
    approveAll()
    await awaitPaid('a', session)
    expect(linesAbout('resuming unfinished checkouts')).toHaveLength(1)
  })

  it('removes a merchant: nothing new is accepted, and open payments are completed', async () => {
    const waiting = await waitingAt('a')
    const open = await create('a')
    describeMerchants({ a: undefined })
    await testServer.parts().reload()
    expect((await call('a', 'GET', '/v1/events')).status).toBe(401)
    expect((await call('a', 'POST', '/v1/checkouts', {})).status).toBe(401)
    const login = await fetch(`${testServer.url}/admin/login`, {
      method: 'POST',
      headers: { origin: testServer.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${adminTokenOf('a')}`,
    })
    expect(login.status).toBe(401)
    const started = await startOf('a', open.session)
    expect(await started.json()).toMatchObject({ code: 'checkout_closed' })
    approveAll()
    await awaitPaid('a', waiting.session)
    await until(() => shop.received.some(({ body }) => body.includes('checkout.paid')))
    expect((await call('b', 'GET', '/v1/events')).status).toBe(200)

    describeMerchants({ a: entryOf('a') })
    await testServer.parts().reload()
    expect((await call('a', 'GET', '/v1/events')).status).toBe(200)
  })

  it('a file of merchants that changed while the server waited for the database is taken up', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'waiting-')), 'checkout.db')
    const release = tryToOwn(`${path}-lock`)
    const { PUBLIC_URL, PORT } = settingsFor(testServer.simulator)
    let logged = ''
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        logged += chunk.toString()
        done()
      },
    })
    const starting = startServer(
      {
        ...{ PUBLIC_URL, PORT, DATABASE_URL: `file:${path}`, DATABASE_WAIT_SECONDS: '60' },
        MERCHANTS_FILE: file,
      },
      { clock, log: createLog('info', sink) },
    )
    await until(() => logged.includes('waiting for it to stop'))
    describeMerchants({ c: entryOf('c') })
    release?.()
    const server = await starting
    const statusFor = async (id: string) =>
      (
        await fetch(`${server.url}/v1/events`, {
          headers: { authorization: `Bearer ${apiKeyOf(id)}` },
        })
      ).status
    expect([await statusFor('a'), await statusFor('c')]).toEqual([200, 401])
    await until(async () => {
      clock.advance(5_000)
      return (await statusFor('c')) === 200
    })
    await server.close()
  })

  it('a file of merchants that holds nothing new changes nothing and is not reported as a change', async () => {
    await testServer.parts().reload()
    expect(linesAbout('merchants reloaded')).toEqual([])
    expect(linesAbout('nothing new was found')).toHaveLength(1)
    expect(await metrics()).toContain('netgiro_merchants_reloads_total{outcome="unchanged"} 1')
    expect(await metrics()).toContain('netgiro_merchants_reloads_total{outcome="applied"} 0')

    const changesIn = (line = '{}') => {
      const { added, changed, retired } = JSON.parse(line) as Record<string, unknown>
      return { added, changed, retired }
    }
    const renamed = { MERCHANT_NAME: 'Renamed' }
    for (const [entry, changes] of [
      [
        { b: entryOf('b', renamed), c: entryOf('c') },
        { added: ['c'], changed: ['b'], retired: [] },
      ],
      [{ a: undefined }, { added: [], changed: [], retired: ['a'] }],
      [
        { b: entryOf('b', { ...renamed, RETIRED: true }) },
        { added: [], changed: [], retired: ['b'] },
      ],
      [{ a: entryOf('a') }, { added: [], changed: ['a'], retired: [] }],
    ] as const) {
      describeMerchants(entry)
      await testServer.parts().reload()
      expect(changesIn(linesAbout('merchants reloaded').at(-1))).toEqual(changes)
    }
    expect(linesAbout('nothing new was found')).toHaveLength(1)
  })

  it('a wrong file of merchants is refused as a whole, in one line and once counted', async () => {
    const wrong = { ...entryOf('b'), MERCHANT_API_KEY: 'canary', NETGIRO_CONFIRMATION: 'canary' }
    describeMerchants({ b: wrong, c: entryOf('c') })
    clock.advance(5_000)
    await until(() => linesAbout('MERCHANTS is invalid').length > 0)
    clock.advance(5_000)
    await until(async () => (await call('b', 'GET', '/v1/events')).status === 200)
    expect((await call('c', 'GET', '/v1/events')).status).toBe(401)
    const [line, ...more] = linesAbout('MERCHANTS is invalid')
    expect(more).toEqual([])
    expect(line).toMatch(/MERCHANTS b: NETGIRO_CONFIRMATION .*MERCHANTS b: MERCHANT_API_KEY/)
    expect(testServer.logged()).not.toContain('canary')
    expect(await metrics()).toContain('netgiro_merchants_reloads_total{outcome="refused"} 1')
    // As long as the file stays wrong, though it is read only once.
    expect(await metrics()).toContain('netgiro_merchants_stale 1\n')

    describeMerchants({ b: entryOf('b') })
    await until(async () => {
      clock.advance(5_000)
      return (await call('c', 'GET', '/v1/events')).status === 200
    })
    expect(await metrics()).toContain('netgiro_merchants_reloads_total{outcome="applied"} 1')
    expect(await metrics()).toContain('netgiro_merchants_stale 0\n')
  })

  it('a file of merchants is read again until the file of a secret that it names is right', async () => {
    const keyFile = join(mkdtempSync(join(tmpdir(), 'reload-')), 'key')
    const inFile = { MERCHANT_API_KEY: undefined, MERCHANT_API_KEY_FILE: keyFile }
    describeMerchants({ c: entryOf('c', inFile) })
    clock.advance(5_000)
    await until(() => linesAbout('MERCHANTS is invalid').length > 0)
    writeFileSync(keyFile, apiKeyOf('c'))
    await until(async () => {
      clock.advance(5_000)
      return (await call('c', 'GET', '/v1/events')).status === 200
    })
    expect(await metrics()).toContain('netgiro_merchants_stale 0\n')
    expect(linesAbout('MERCHANTS is invalid')).toHaveLength(1)
  })

  it('a file of merchants that is gone, half written or empty is refused', async () => {
    for (const text of ['', '{}', '{"a":', '[]']) {
      write(text)
      await testServer.parts().reload()
      expect((await call('a', 'GET', '/v1/events')).status).toBe(200)
    }
    renameSync(file, `${file}.gone`)
    await testServer.parts().reload()
    expect((await call('a', 'GET', '/v1/events')).status).toBe(200)
    expect(linesAbout('MERCHANTS is invalid')).toHaveLength(5)
  })
})

describe('a retired merchant', () => {
  it('a retired merchant is watched after a restart as long as its entry stands, with RETIRED', async () => {
    const { session } = await waitingAt('a')
    describeMerchants({ a: entryOf('a', { RETIRED: true }) })
    await testServer.restart(() => approveAll())
    expect((await call('a', 'GET', '/v1/events')).status).toBe(401)
    await awaitPaid('a', session)
    await until(() => shop.received.some(({ body }) => body.includes('checkout.paid')))
  })

  it('a retired merchant without its entry is reported at start, and taken up once the entry is back', async () => {
    const { session } = await waitingAt('a')
    const { a, ...rest } = entries
    entries = rest
    describeMerchants({})
    await testServer.restart(() => approveAll())
    expect(linesAbout('are not configured')[0]).toContain('"merchants":["a"]')
    expect(await statusOf('a', session)).toBe(403)
    describeMerchants({ a })
    await testServer.parts().reload()
    await awaitPaid('a', session)
  })
})

describe('the process of a server for several merchants', () => {
  it('takes up a changed file on SIGHUP, and exits with 1 where it is wrong at the start', async () => {
    const simulator = await startSimulator()
    const { PUBLIC_URL, PORT, DATABASE_URL } = settingsFor(simulator)
    const shared = { PUBLIC_URL, PORT, DATABASE_URL, MERCHANTS: '', MERCHANTS_FILE: file }
    write(JSON.stringify({ a: merchantEntry('a', simulator.apiUrl) }))
    const server = await runServer(shared)
    const url = await server.ready
    const statusFor = async (id: string) =>
      (await fetch(`${url}/v1/events`, { headers: { authorization: `Bearer ${apiKeyOf(id)}` } }))
        .status
    expect([await statusFor('a'), await statusFor('b')]).toEqual([200, 401])
    write(
      JSON.stringify(
        Object.fromEntries(['a', 'b'].map((id) => [id, merchantEntry(id, simulator.apiUrl)])),
      ),
    )
    server.child.kill('SIGHUP')
    await server.says(/"merchants reloaded"/)
    expect([await statusFor('a'), await statusFor('b')]).toEqual([200, 200])
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)

    write(JSON.stringify({ a: { MERCHANT_NAME: 'A', MERCHANT_API_KEY: 'canary' } }))
    const wrong = await runServer(shared)
    expect(await wrong.ended).toBe(1)
    expect(wrong.said()).toMatch(/MERCHANTS a: NETGIRO_APP_ID is missing[^]*MERCHANTS a: ALLOWED/)
    expect(wrong.said()).not.toContain('canary')
    await simulator.close()
  })
})
