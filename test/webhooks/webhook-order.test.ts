import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../server/log.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { outboxStore } from '../../server/store/outbox-store.ts'
import { maxDelays, retryDelay } from '../../server/webhooks/schedule.ts'
import { WebhookSender } from '../../server/webhooks/sender.ts'
import { webhookSecret } from '../ops/shop.ts'
import { until } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

/** Its time of day can be set, as an operator or network time does it; what has passed has passed anyway. */
class SettableClock extends ManualClock {
  #set = 0

  set(ms: number) {
    this.#set += ms
  }

  override now() {
    return super.now() + this.#set
  }
}

let clock: SettableClock
let database: Database
let path: string
let logged: string
/** Ids of the events that are being posted, and of all that ever were. */
let open: Map<string, ServerResponse>
let told: string[]
let answer: (response: ServerResponse, id: string) => void
let url: string
let senders: WebhookSender[]
let closeServer: () => void

beforeEach(async () => {
  clock = new SettableClock()
  path = join(mkdtempSync(join(tmpdir(), 'order-')), 'checkout.db')
  database = await openDatabase(`file:${path}`)
  await sql`pragma foreign_keys = off`.execute(database.db)
  logged = ''
  open = new Map()
  told = []
  senders = []
  answer = (response) => response.end()
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end()
      return
    }
    const id = String(request.headers['webhook-id'])
    request.resume().on('end', () => {
      told.push(id)
      open.set(id, response)
      response.on('close', () => open.delete(id))
      answer(response, id)
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  closeServer = () => {
    server.close()
    server.closeAllConnections()
  }
})
afterEach(async () => {
  closeServer()
  await Promise.all(senders.map((sender) => sender.stop()))
  await database.close()
})

function send(outbox = outboxStore(database)): WebhookSender {
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      logged += chunk.toString()
      done()
    },
  })
  const sender = new WebhookSender({
    outbox,
    clock,
    machineClock: clock,
    log: createLog('debug', sink),
    url,
    secrets: [webhookSecret],
    random: () => 0.5,
  })
  senders.push(sender)
  sender.wake()
  return sender
}

let events = 0
async function store(type: string, count = 1, more: { checkout?: string; at?: number } = {}) {
  const at = more.at ?? clock.now()
  const rows = Array.from({ length: count }, () => {
    const id = `${type.replace('checkout.', '')}_${++events}`
    return {
      id,
      checkout_id: more.checkout ?? `chk_${id}`,
      type,
      at,
      body: JSON.stringify({ type, data: {} }),
      tries: 0,
      next_try_at: at,
      delivered_at: null,
    }
  })
  await database.db.insertInto('events').values(rows).execute()
  return rows.map(({ id }) => id)
}

function gate(): readonly [Promise<void>, () => void] {
  let open = () => {}
  return [new Promise<void>((resolve) => (open = resolve)), () => open()]
}

/** As long as a question to the receiver and its answer take, so that time does not run away from them. */
const settle = async () => {
  for (let times = 0; times < 2; times++) await (await fetch(url)).text()
}

describe('a payment event', () => {
  it('sends a payment event at once while the receiver hangs with hundreds of older events', async () => {
    answer = () => {}
    await store('checkout.expired', 400)
    const sender = send()
    await until(() => told.length === 10)
    const [paid] = await store('checkout.paid')
    sender.wake()
    await until(() => told.includes(paid ?? ''))
    expect(told).toHaveLength(11)
  })

  it.each(['checkout.paid', 'checkout.review', 'checkout.refunded', 'checkout.refund_failed'])(
    'sends a %s event first when older events wait for a slow receiver',
    async (type) => {
      answer = (response) => void clock.after(8_000, () => response.end())
      await store('checkout.attempt_failed', 400)
      const sender = send()
      await until(() => told.length === 10)
      const [id] = await store(type)
      sender.wake()
      await until(() => told.includes(id ?? ''))
      expect(told).toHaveLength(11)
    },
  )

  it('sends a payment event before older ones, which are sent as well', async () => {
    answer = (response) => void clock.after(8_000, () => response.end())
    const older = await store('checkout.paid', 100)
    const sender = send()
    await until(() => told.length === 20)
    const [newest = ''] = await store('checkout.paid', 1, { at: clock.now() + 1 })
    clock.advance(1)
    sender.wake()
    await settle()
    expect(told).toHaveLength(20)
    clock.advance(8_000)
    await until(() => told.length === 40)
    const next = told.slice(20)
    expect(next).toContain(newest)
    const oldestWaiting = older.filter((id) => !told.slice(0, 20).includes(id)).slice(0, 5)
    expect(next).toEqual(expect.arrayContaining(oldestWaiting))
  })
})

it('the sender sends an event at once that it is told of while it reads when the next one is due', async () => {
  const outbox = outboxStore(database)
  const [reading, reads] = gate()
  const [going, goOn] = gate()
  const sender = send({
    ...outbox,
    async nextDueAt(now) {
      const found = await outbox.nextDueAt(now)
      reads()
      await going
      return found
    },
  })
  await reading
  const [id = ''] = await store('checkout.paid')
  sender.wake()
  goOn()
  await until(() => told.includes(id))
})

it('a delivery that cannot be recorded delays no event that is due sooner than a minute later', async () => {
  const outbox = outboxStore(database)
  const [failing, fails] = gate()
  const sender = send({
    ...outbox,
    async delivered(id, at) {
      if (id.startsWith('paid')) return outbox.delivered(id, at)
      fails()
      throw new Error('the disk is full')
    },
  })
  // By then it has corrected the times that are too far ahead, as it does at first.
  await settle()
  const [later = ''] = await store('checkout.paid', 1, { at: clock.now() + 5_000 })
  await store('checkout.expired')
  sender.wake()
  await failing
  await until(() => logged.includes('could not record webhook delivery'))
  clock.advance(5_000)
  await until(() => told.includes(later))
})

describe('the sender while the receiver hangs', () => {
  const fail = async () => {
    await settle()
    clock.advance(15_000)
    await settle()
  }

  it('tries one event at a time while the receiver hangs, payments first, at most half a minute apart', async () => {
    answer = () => {}
    await store('checkout.canceled', 100)
    const sender = send()
    await until(() => told.length === 10)
    await fail()
    await until(() => sender.isSpaced)
    const [paid = ''] = await store('checkout.paid')
    sender.wake()
    for (let seconds = 0; !told.includes(paid); seconds++) {
      expect(seconds).toBeLessThan(30)
      clock.advance(1_000)
      await settle()
    }
    expect(open.size).toBe(1)
    expect(told.length).toBeLessThanOrEqual(12)

    // Ten minutes of it: a handful of tries, not a hundred.
    for (let seconds = 0; seconds < 600; seconds++) {
      clock.advance(1_000)
      await settle()
      expect(open.size).toBeLessThanOrEqual(1)
    }
    expect(told.length).toBeLessThan(45)
    expect(logged.match(/hangs or fails/g)).toHaveLength(1)
  })

  it('delivers everything soon after the receiver answers again', async () => {
    answer = (response) => response.writeHead(503).end()
    await store('checkout.canceled', 60)
    const sender = send()
    await until(() => sender.isSpaced)
    answer = (response) => response.end()
    for (let seconds = 0; seconds < 400 && (await waiting()) > 0; seconds++) {
      clock.advance(1_000)
      await settle()
    }
    expect(await waiting()).toBe(0)
    expect(sender.isSpaced).toBe(false)
    expect(logged).toContain('answers again')
  })

  const waiting = async () => (await outboxStore(database).backlog()).undelivered
})

it('the sender does not slow down when the receiver refuses single events at once', async () => {
  answer = (response) => response.writeHead(400).end()
  await store('checkout.canceled', 30)
  const sender = send()
  await until(() => told.length === 30)
  await settle()
  expect(sender.isSpaced).toBe(false)
})

describe('a change of the clock', () => {
  it('a clock that is set back by a day does not delay retries by a day', async () => {
    let status = 500
    answer = (response) => response.writeHead(status).end()
    const [id = ''] = await store('checkout.paid')
    send()
    await until(() => logged.includes('webhook delivery failed'))
    clock.set(-86_400_000)
    status = 200
    for (let seconds = 0; seconds < 70 && told.length < 2; seconds++) {
      clock.advance(1_000)
      await settle()
    }
    expect(told).toEqual([id, id])
  })

  it('a start with the clock a day ahead does not delay events that were stored then', async () => {
    clock.set(86_400_000)
    await store('checkout.paid')
    clock.set(-86_400_000)
    send()
    await until(() => told.length === 1)
  })

  it('a Retry-After of the shop does not count as a change of the clock', async () => {
    answer = (response) => response.writeHead(503, { 'retry-after': '3600' }).end()
    await store('checkout.paid')
    send()
    await until(() => logged.includes('webhook delivery failed'))
    for (let minutes = 0; minutes < 59; minutes++) {
      clock.advance(60_000)
      await settle()
    }
    expect(told).toHaveLength(1)
    clock.advance(60_000)
    await until(() => told.length === 2)
  })

  it('a change of the clock leaves no event due later than its schedule allows', () => {
    for (const [tries, longest] of maxDelays.entries()) {
      if (tries > 0) expect(retryDelay(tries, null, 1)).toBeLessThanOrEqual(longest)
    }
    expect(retryDelay(maxDelays.length, null, 1)).toBeNull()
  })
})
