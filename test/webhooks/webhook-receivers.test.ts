import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postSigned } from '../../server/webhooks/post.ts'
import { webhookSecret as secret } from '../ops/shop.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { merchant, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

type Habit = (response: ServerResponse, request: IncomingMessage) => void

/** A shop with bad habits, one for each request to come; what it was told is kept. */
async function openReceiver() {
  const habits: Habit[] = []
  const told: { readonly type: string; readonly reference: string; readonly id: string }[] = []
  const authorizations: (string | undefined)[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { type, data } = JSON.parse(body) as {
        type: string
        data: { checkout?: { reference: string } }
      }
      authorizations.push(request.headers.authorization)
      told.push({
        type,
        reference: data.checkout?.reference ?? '',
        id: String(request.headers['webhook-id']),
      })
      const habit = habits.shift() ?? fallback
      habit(response, request)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  let fallback: Habit = (response) => response.end()
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    habits,
    told,
    authorizations,
    sockets,
    always: (habit: Habit) => {
      fallback = habit
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
type Receiver = Awaited<ReturnType<typeof openReceiver>>

const drip: Habit = (response) => {
  response.writeHead(200).write('.')
}
const endless: Habit = (response) => {
  response.writeHead(200, { 'content-length': String(2 * 1024 ** 3) })
  const more = () => {
    if (response.destroyed) return
    if (response.write(Buffer.alloc(64 * 1024))) setImmediate(more)
    else response.once('drain', more)
  }
  more()
}
const cutShort: Habit = (response) => {
  response.writeHead(200, { 'content-length': '1000' })
  response.write('half')
  setImmediate(() => response.destroy())
}

let receiver: Receiver
let clock: ManualClock
let testServer: TestServer | null = null
beforeEach(async () => {
  receiver = await openReceiver()
  clock = new ManualClock()
})
afterEach(async () => {
  await testServer?.close()
  testServer = null
  receiver.close()
})

const post = (read: 'status' | 'body', url = receiver.url) =>
  postSigned({
    ...{ url, secrets: [secret], id: 'evt_1', body: '{"type":"x","data":{}}' },
    ...{ timeoutMs: 15_000, clock, read },
  })

describe('the shop’s response', () => {
  it.each([
    ['keeps its body open', drip],
    ['is two gigabytes long', endless],
    ['is cut short', cutShort],
  ])('the shop’s response counts by its status when it %s', async (_, habit) => {
    receiver.habits.push(habit)
    // The clock stands still: nothing here may wait for time to pass.
    expect(await post('status')).toEqual({ status: 200, retryAfter: undefined, body: '' })
  })

  it('closes the connection after a long or endless response, and reuses it after a short one', async () => {
    for (const habit of [endless, drip]) {
      receiver.habits.push(habit)
      await post('status')
      await until(() => receiver.sockets.size === 1 || receiver.sockets.size === 0)
      clock.advance(1_000)
      await until(() => receiver.sockets.size === 0)
    }
    const seen = new Set<Socket>()
    receiver.always((response, { socket }) => {
      seen.add(socket)
      response.end('thanks')
    })
    for (let times = 0; times < 3; times++) {
      await post('status')
      await until(() => clock.armed === 0)
    }
    expect(seen.size).toBe(1)
  })

  it('reads a response only up to the maximum length of a decision', async () => {
    receiver.habits.push(endless)
    const { body } = await post('body')
    expect(body).toHaveLength(16 * 1024)
    await until(() => receiver.sockets.size === 0)
  })

  it('requires a complete response within the timeout, even when it arrives byte by byte', async () => {
    receiver.habits.push(drip)
    const answer = post('body')
    const failed = expect(answer).rejects.toThrow('No response in time')
    await until(() => receiver.told.length === 1)
    clock.advance(15_000)
    await failed
  })
})

describe('a user name and password in the webhook URL', () => {
  it('sends a user name and password in the webhook URL as Basic authentication, and logs them nowhere', async () => {
    const url = receiver.url.replace('//', '//us%C3%A9r:p%40ss%3Acanary@')
    await post('status', url)
    const basic = `Basic ${Buffer.from('usér:p@ss:canary').toString('base64')}`
    expect(receiver.authorizations).toEqual([basic])

    testServer = await startTestServer({ clock, env: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } })
    receiver.habits.push((response) => response.writeHead(500).end())
    await tell('WEB-canceled')
    await until(() => logged('webhook delivery failed'))
    clock.advance(6_000)
    await until(() => logged('webhook delivered'))
    expect(new Set(receiver.authorizations)).toEqual(new Set([basic]))
    for (const canary of ['canary', basic.slice(6)])
      expect(testServer.logged()).not.toContain(canary)
  })

  it('sends no authentication when the webhook URL has no user name and password', async () => {
    await post('status')
    expect(receiver.authorizations).toEqual([undefined])
  })
})

it.each([
  ['keeps its body open', drip],
  ['is two gigabytes long', endless],
  ['is cut short', cutShort],
])('delivers an event once when the response %s', async (_, habit) => {
  testServer = await startTestServer({
    clock,
    env: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret },
  })
  receiver.always(habit)
  await tell('WEB-canceled')
  await until(() => logged('webhook delivered'))
  clock.advance(60_000)
  await listed()
  expect(receiver.told).toHaveLength(1)
})

it('exports the age of the oldest undelivered event of each type, and whether the shop is failing', async () => {
  const adminToken = 'admin-token-of-the-tests-0123456789'
  const env = { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret, ADMIN_TOKEN: adminToken }
  testServer = await startTestServer({ clock, env })
  const scrape = async () => {
    const headers = { authorization: `Bearer ${adminToken}` }
    return (await fetch(`${testServer?.url ?? ''}/metrics`, { headers })).text()
  }
  receiver.always((response) => response.writeHead(503).end())
  for (let count = 0; count < 4; count++) await tell(`WEB-${count}`)
  await until(() => testServer?.logged().match(/webhook delivery failed/g)?.length === 4)
  clock.advance(3_000)
  const text = await scrape()
  expect(text).toContain('netgiro_webhooks_spaced 0')
  expect(text).toContain('netgiro_outbox_oldest_seconds_by_type{type="checkout.canceled"} 3')
  expect(text).toContain('netgiro_outbox_oldest_seconds_by_type{type="checkout.paid"} 0')
  await tell('WEB-5')
  await until(async () => (await scrape()).includes('netgiro_webhooks_spaced 1'))
})

const logged = (words: string) => testServer?.logged().includes(words) ?? false

/** Something that the shop is told of, but need not act on at once. */
async function tell(reference: string) {
  if (!testServer) throw new Error('There is no server')
  const { id } = await testServer.create({ reference })
  await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
}

const listed = async () => {
  if (!testServer) throw new Error('There is no server')
  const response = await merchant(testServer, 'GET', '/v1/events')
  return ((await response.json()) as { events: { id: string }[] }).events
}

describe('a webhook that is configured later', () => {
  const year = 365 * 24 * 60 * 60 * 1_000
  let env: Record<string, string> = {}
  const webhook = () => ({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret, ADMIN_TOKEN: token })
  const token = 'admin-token-of-the-tests-0123456789'
  const begin = async () => {
    env = {}
    testServer = await startTestServer({ clock, envOf: () => env })
    const { url, databasePath } = testServer
    return { url, databasePath, restart: () => testServer?.restart() }
  }

  it('a webhook that is configured later receives events from then on, and the log says how to get the others', async () => {
    const { restart } = await begin()
    for (const reference of ['WEB-old-1', 'WEB-old-2']) await tell(reference)
    env = webhook()
    await restart()
    await tell('WEB-new')
    await until(() => receiver.told.length === 1)
    expect(receiver.told).toMatchObject([{ type: 'checkout.canceled', reference: 'WEB-new' }])
    expect(testServer?.logged()).toMatch(/"count":2,"msg":"events from before WEBHOOK_URL was set/)
    expect(testServer?.logged()).toMatch(/GET \/v1\/events.*resend/)
    expect(await listed()).toHaveLength(3)
  })

  it('a webhook that is configured later receives an older event when support resends it', async () => {
    const { restart, url } = await begin()
    await tell('WEB-old')
    const [event] = await listed()
    env = webhook()
    await restart()
    const login = await fetch(`${url}/admin/login`, {
      method: 'POST',
      headers: { origin: url },
      body: new URLSearchParams({ token }),
      redirect: 'manual',
    })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const shown = await fetch(`${url}/admin/checkouts?q=WEB-old`, { headers: { cookie } })
    expect(await shown.text()).toContain('Not sent: no webhook address was set.')
    await fetch(`${url}/admin/resend`, {
      method: 'POST',
      headers: { origin: url, cookie },
      body: new URLSearchParams({ event: event?.id ?? '' }),
      redirect: 'manual',
    })
    await until(() => receiver.told.length === 1)
    expect(receiver.told[0]).toMatchObject({ id: event?.id, reference: 'WEB-old' })
  })

  it('a webhook that is configured later receives nothing of a year that an earlier version had scheduled', async () => {
    const { restart, databasePath } = await begin()
    await tell('WEB-old')
    const beside = openSecondConnection(databasePath)
    beside.exec('update events set next_try_at = at, legacy = 1')
    beside.close()
    clock.advance(year)
    env = webhook()
    await restart()
    await tell('WEB-new')
    await until(() => receiver.told.length === 1)
    expect(receiver.told).toMatchObject([{ reference: 'WEB-new' }])
  })

  it('a webhook receives an event that was scheduled and never tried, however long the server was down', async () => {
    const { restart, databasePath } = await begin()
    await tell('WEB-first')
    const beside = openSecondConnection(databasePath)
    beside.exec('update events set next_try_at = at')
    beside.close()
    clock.advance(3 * 24 * 60 * 60 * 1_000)
    env = webhook()
    await restart()
    await until(() => receiver.told.length === 1)
    expect(receiver.told).toMatchObject([{ reference: 'WEB-first' }])
  })

  /** A webhook is removed while an event waits to be sent again. */
  async function withoutWebhookAgain() {
    const { restart } = await begin()
    env = webhook()
    receiver.habits.push((response) => response.writeHead(500).end())
    await restart()
    await tell('WEB-waiting')
    await until(() => logged('webhook delivery failed'))
    env = {}
    await restart()
    return restart
  }

  it('a webhook that was removed for a while receives what was scheduled before', async () => {
    const restart = await withoutWebhookAgain()
    await tell('WEB-untold')
    clock.advance(60_000)
    env = webhook()
    await restart()
    await until(() => receiver.told.length === 2)
    expect(receiver.told.map(({ reference }) => reference)).toEqual(['WEB-waiting', 'WEB-waiting'])
  })

  it('a webhook that was removed for longer than 30 days receives nothing of what was scheduled before', async () => {
    const restart = await withoutWebhookAgain()
    await untilPurged()
    env = webhook()
    await restart()
    await tell('WEB-new')
    await until(() => receiver.told.length === 2)
    expect(receiver.told.map(({ reference }) => reference)).toEqual(['WEB-waiting', 'WEB-new'])
  })
})

it('delivers an event again that was resent while its first delivery was out', async () => {
  testServer = await startTestServer({
    clock,
    env: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret },
  })
  let answer = () => {}
  receiver.habits.push((response) => {
    answer = () => response.writeHead(503, { 'retry-after': '86400' }).end()
  })
  await tell('WEB-canceled')
  await until(() => receiver.told.length === 1)
  clock.advance(1_000)
  const { outbox } = testServer.parts().merchants.first
  expect(await outbox.resend(receiver.told[0]?.id ?? '', clock.now())).toBe(true)
  answer()
  await until(() => logged('webhook delivery failed'))
  clock.advance(6_000)
  await until(() => logged('webhook delivered'))
})

it('delivers an event again that was resent while an old delivery of it was out', async () => {
  let env = {}
  testServer = await startTestServer({ clock, envOf: () => env })
  await tell('WEB-canceled')
  const beside = openSecondConnection(testServer.databasePath)
  beside.exec('update events set next_try_at = at, tries = 8')
  beside.close()
  env = { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret }
  receiver.habits.push(() => {})
  await testServer.restart()
  await until(() => receiver.told.length === 1)
  const { outbox } = testServer.parts().merchants.first
  expect(await outbox.resend(receiver.told[0]?.id ?? '', clock.now())).toBe(true)
  clock.advance(15_000)
  await until(() => logged('webhook delivery failed'))
  clock.advance(6_000)
  await until(() => logged('webhook delivered'))
  expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(1)
})

it('purges events after 30 days when there is no webhook', async () => {
  testServer = await startTestServer({ clock })
  await tell('WEB-old')
  expect(await listed()).toHaveLength(1)
  await untilPurged()
})

async function untilPurged() {
  for (let days = 0; days < 32; days++) {
    clock.advance(24 * 60 * 60 * 1_000)
    await listed()
  }
  await until(async () => {
    clock.advance(60 * 60 * 1_000)
    return (await listed()).length === 0
  })
}
