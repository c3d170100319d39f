import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, openSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../../server/cli/audit.ts'
import { reconcile } from '../../server/cli/reconcile.ts'
import { refund } from '../../server/cli/refund.ts'
import { resend } from '../../server/cli/resend.ts'
import { review } from '../../server/cli/review.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { browser, merchant, merchantKey, onlyCart, read } from '../support/test-server.ts'
import { start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { bundleCommand } from '../support/bundle.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { settingsFor } from '../support/process.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { openStream } from '../support/stream.ts'
import { run } from './run-cli.ts'
import { openShop, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

let testServer: TestServer
let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

const open = async (options: Parameters<typeof startTestServer>[0] = {}) => {
  testServer = await startTestServer({ ...options, env: { ...webhookTo(shop), ...options.env } })
}
const environment = (databasePath = testServer.databasePath) => ({
  ...settingsFor(testServer.simulator),
  ...webhookTo(shop),
  PUBLIC_URL: testServer.url,
  DATABASE_URL: `file:${databasePath}`,
})
const view = async (id: string) =>
  (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as {
    status: string
    history?: readonly { type: string }[]
  }
const types = () => shop.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)

describe('resend', () => {
  it('makes the running server send an event again, under the same id', async () => {
    const clock = new ManualClock()
    await open({ clock })
    const { id } = await testServer.create()
    await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
    await until(() => testServer.logged().includes('webhook delivered'))
    const [event = ''] = shop.ids()
    const { code, text } = await run(resend, environment(), [event], clock)
    expect(code).toBe(0)
    expect(text).toContain(`checkout.canceled ${event} will be sent again`)
    expect(shop.received).toHaveLength(1)
    clock.advance(1_000)
    await until(() => shop.received.length > 1)
    expect(new Set(shop.ids())).toEqual(new Set([event]))
  })

  it('reports an unknown event, and creates no database at a mistyped path', async () => {
    await open()
    expect(await run(resend, environment(), ['evt_nobody'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('Event not found'),
    })
    const nowhere = join(tmpdir(), `nowhere-${process.pid}.db`)
    await expect(run(resend, environment(nowhere), ['evt_1'])).rejects.toThrow(/does not exist/)
    expect(existsSync(nowhere)).toBe(false)
    await expect(run(resend, environment())).rejects.toThrow(/takes one event id/)
  })
})

describe('reconcile', () => {
  it('finds in a restored copy what was paid after the backup', async () => {
    await open()
    const { id, session, reference } = await testServer.create()
    await start(testServer, session)
    const copy = join(mkdtempSync(join(tmpdir(), 'restored-')), 'checkout.db')
    for (const end of ['', '-wal']) copyFileSync(testServer.databasePath + end, copy + end)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'paid',
    )

    const { code, text } = await run(reconcile, environment(copy), ['--since', '2020-01-01'])
    expect(text).toContain(`* ${reference} (${id}): awaiting_shopper → paid (10200)`)
    expect(text).toContain('Asked about 1: 1 changed, 0 without an answer.')
    expect(code).toBe(0)
    const again = await run(reconcile, environment(copy), ['--since', '2020-01-01'])
    expect(again.text).toBe('Asked about 1: 0 changed, 0 without an answer.')

    const told = shop.received.length
    const restored = await startServer(environment(copy), { log: createLog('silent') })
    await until(() => shop.received.length > told)
    const answer = await fetch(`${restored.url}/v1/checkouts/${id}`, {
      headers: { authorization: `Bearer ${merchantKey}` },
    })
    expect(await answer.json()).toMatchObject({ status: 'paid', amount: 12990 })
    await restored.close()
    expect(types().at(-1)).toBe('checkout.paid')
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it('reconcile reaches the running server, open event streams and the shop', async () => {
    const clock = new ManualClock()
    await open({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    // The provider says "canceled" though the shopper paid.
    testServer.simulator.fault({ call: 'CheckCart', kind: 'code', code: 10202 })
    await until(
      () => {
        clock.advance(1_000)
        return view(id)
      },
      ({ status }) => status === 'open',
    )
    const stream = await openStream(testServer, session)
    const { text } = await run(reconcile, environment(), ['--since', '2026-11-20'], clock)
    expect(text).toContain('open → paid')
    clock.advance(1_000)
    await until(view.bind(null, id), ({ status }) => status === 'paid')
    await stream.ended
    expect(stream.snapshots().at(-1)).toMatchObject({ status: 'paid' })
    await until(() => types().includes('checkout.paid'))
    expect(testServer.parts().worker.size).toBe(0)
  })

  it('skips earlier attempts, and refuses an invalid date', async () => {
    await open()
    const { session } = await testServer.create()
    await start(testServer, session)
    const { text } = await run(reconcile, environment(), ['--since', '2099-01-01T00:00:00Z'])
    expect(text).toContain('Asked about 0')
    const wrong = ['yesterday', '20.11.2026', '2026-13-01', '2026-02-31', '2026-02-29T00:00Z', '']
    for (const since of wrong)
      await expect(run(reconcile, environment(), ['--since', since])).rejects.toThrow(/--since/)
    await expect(run(reconcile, environment())).rejects.toThrow(/--since/)
  })

  it('ends with 1 when an answer leads to a review, once', async () => {
    await open({ clock: new ManualClock(), env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, reference, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 9 })
    const runs = []
    // An amount is believed when it was reported three times.
    for (let times = 0; times < 4; times++)
      runs.push(await run(reconcile, environment(), ['--since', '2020-01-01']))
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 1, 0])
    expect(runs[2]?.text).toContain(
      `! ${reference} (${id}): needs a review (amount_mismatch). See /admin.`,
    )
  })

  it('reports attempts without an answer', async () => {
    await open({ clock: new ManualClock() })
    const { session, reference } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'CheckCart', kind: 'bad_signature' })
    const { code, text } = await run(reconcile, environment(), ['--since', '2020-01-01'])
    expect(code).toBe(1)
    expect(text).toContain(`? ${reference}`)
  })
})

describe('refund', () => {
  const v2 = {
    envOf: ({ v2Url }: TestServer['simulator']) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
  }
  const settings = () => ({ ...environment(), ...v2.envOf(testServer.simulator) })
  const word = ['--by', 'Anna', '--note', 'Not in the portal']

  const refused = async (clock: ManualClock) => {
    await open({ clock, ...v2 })
    const { session, id, reference } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => {
        clock.advance(500)
        return view(id)
      },
      ({ status }) => status === 'paid',
    )
    testServer.simulator.fault({ call: 'v2.refund', kind: 'drop_before_effect' })
    testServer.simulator.fault({ call: 'v2.refund', kind: 'refuse', times: 99 })
    const first = (await (await ask(id, 500, 'r-1')).json()) as { id: string }
    expect((await ask(id, 500, 'r-1')).status).toBe(202)
    return { id, reference, refundId: first.id }
  }
  const ask = (id: string, amount: number, key: string) =>
    merchant(testServer, 'POST', `/v1/checkouts/${id}/refunds`, {
      body: { amount },
      headers: { 'idempotency-key': key },
    })

  it('closes a refund by hand, and the running server notifies the shop', async () => {
    const clock = new ManualClock()
    const { id, refundId } = await refused(clock)
    const args = [id, refundId, '--as', 'failed', ...word]
    const { code, text } = await run(refund, settings(), args, clock)
    expect(text).toContain(`${refundId} of 500 kr.`)
    expect(text).toContain('closed as failed')
    expect(code).toBe(0)
    clock.advance(1_000)
    await until(() => types().includes('checkout.refund_failed'))
    testServer.simulator.clearFaults()
    expect((await ask(id, 12_990, 'r-2')).status).toBe(201)
    expect(onlyCart(testServer).refunds.map(({ amount }) => amount)).toEqual([12_990])
    const again = await run(refund, settings(), args, clock)
    expect(again).toMatchObject({ code: 1, text: expect.stringContaining('nothing was changed') })
  })

  it('tells one of two people who close a refund at once that it was settled already', async () => {
    const clock = new ManualClock()
    const { id, refundId } = await refused(clock)
    const close = (as: string) =>
      run(refund, settings(), [id, refundId, '--as', as, ...word], clock)
    const [told, late] = (await Promise.all([close('refunded'), close('failed')])).toSorted(
      (one, other) => one.code - other.code,
    )
    expect([told?.code, late?.code]).toEqual([0, 1])
    const status = /is closed as (\w+)/.exec(told?.text ?? '')?.[1]
    expect(late?.text).toContain(`is already ${status}: nothing was changed`)
  })

  it('reconcile suggests the command for every refund that needs it', async () => {
    const clock = new ManualClock()
    const { id, refundId, reference } = await refused(clock)
    const reconciled = () => run(reconcile, settings(), ['--since', '2020-01-01'], clock)
    const before = await reconciled()
    expect(before.code).toBe(1)
    expect(before.text).toContain(`! ${reference} (${id}): refund ${refundId} of 500 kr.: refused`)
    expect(before.text).toContain(`netgiro-checkout refund ${id} ${refundId} --as`)
    await run(refund, settings(), [id, refundId, '--as', 'refunded', ...word], clock)
    expect(await reconciled()).toMatchObject({ code: 0, text: expect.not.stringContaining('!') })
  })

  it('refuses another result, a missing name or note, and an unknown refund', async () => {
    const clock = new ManualClock()
    const { id, refundId } = await refused(clock)
    for (const args of [
      [id],
      [id, refundId],
      [id, refundId, '--as', 'done', ...word],
      [id, refundId, '--as', 'failed', '--by', 'Anna'],
      [id, refundId, '--as', 'failed', '--by', ' ', '--note', 'x'],
      [id, refundId, 'more', '--as', 'failed', ...word],
    ])
      await expect(run(refund, settings(), args, clock), args.join(' ')).rejects.toThrow(/refund/)
    for (const [checkout, one] of [
      ['chk_nothing', refundId],
      [id, 'ref_nothing'],
    ] as const) {
      const args = [checkout, one, '--as', 'failed', ...word]
      expect((await run(refund, settings(), args, clock)).code).toBe(1)
    }
    expect(await view(id)).toMatchObject({ refunds: [{ status: 'pending' }] })
  })
})

describe('review', () => {
  const word = ['--by', 'Anna Jónsdóttir', '--note', 'Portal, 21 November']

  it('closes a review that a person has dealt with, once, and the audit explains it', async () => {
    const clock = new ManualClock()
    await open({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, reference, id } = await testServer.create()
    await start(testServer, session)
    const close = () => run(review, environment(), [id, ...word], clock)
    const tooEarly = await close()
    expect(tooEarly).toMatchObject({ code: 1, text: expect.stringContaining('needs no review') })
    testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 99 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => {
        clock.advance(500)
        return view(id)
      },
      ({ status }) => status === 'review',
    )
    const [told, late] = (await Promise.all([close(), close()])).toSorted(
      (one, other) => one.code - other.code,
    )
    expect(told).toMatchObject({
      ...{ code: 0, text: expect.stringContaining(`${reference} (amount_mismatch) is closed`) },
    })
    expect(late).toMatchObject({ code: 1, text: expect.stringContaining('nothing was changed') })
    const again = await close()
    expect(again).toMatchObject({ code: 1, text: expect.stringContaining('nothing was changed') })
    clock.advance(5_000)
    await until(
      () => view(id),
      ({ history }) => history?.at(-1)?.type === 'review_closed',
    )
    expect(await view(id)).toMatchObject({ status: 'review', review: 'amount_mismatch' })
    expect(await run(audit, environment(), [], clock)).toMatchObject({ code: 0 })
  })

  it('refuses a missing id, name or note, and an unknown checkout', async () => {
    await open()
    for (const args of [word, ['chk_1', 'more', ...word], ['chk_1', '--by', 'Anna'], ['chk_1']])
      await expect(run(review, environment(), args), args.join(' ')).rejects.toThrow(/review/)
    expect((await run(review, environment(), ['chk_nothing', ...word])).code).toBe(1)
  })
})

it('lists a checkout that was paid twice until one payment is refunded', async () => {
  const clock = new ManualClock()
  const partner = ({ partnerUrl }: TestServer['simulator']) => ({
    NETGIRO_PARTNER_API_URL: partnerUrl,
  })
  const env = { NETGIRO_CONFIRMATION: 'automatic' }
  await open({ clock, env, envOf: partner })
  const { session, id, reference } = await testServer.create()
  const turn = () => {
    clock.advance(1_000)
    return read(testServer, session)
  }
  await start(testServer, session)
  const first = onlyCart(testServer).TransactionId
  testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10201 })
  testServer.simulator.fault({ call: 'CheckCart', kind: 'code', code: 10201, times: 3 })
  await browser(testServer, session, 'POST', '/v1/session/cancel', { body: {} })
  await until(turn, ({ status }) => status === 'open')
  testServer.simulator.clearFaults()
  await start(testServer, session, '7719943')
  const second = testServer.simulator.inspect().carts.find((cart) => cart.TransactionId !== first)
  testServer.simulator.approve(second?.TransactionId ?? '')
  await until(turn, ({ status }) => status === 'paid')
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  testServer.simulator.approve(first)

  const settings = () => ({ ...environment(), ...env, ...partner(testServer.simulator) })
  const reconciled = () => run(reconcile, settings(), ['--since', '2020-01-01'], clock)
  const found = await reconciled()
  expect(found.text).toContain(`! ${reference} (${id}): paid twice: 12.990 kr. by ${reference}-`)
  expect(found.text).toContain(first)
  expect(found.text).toMatch(/[1-9] changed/)
  expect(found.code).toBe(1)
  clock.advance(1_000)
  await until(() => types().includes('checkout.review'))

  const { attempts } = (await view(id)) as unknown as { attempts: { id: string }[] }
  const back = await merchant(testServer, 'POST', `/v1/checkouts/${id}/refunds`, {
    body: { amount: 12_990, attemptId: attempts[0]?.id },
    headers: { 'idempotency-key': 'r-1' },
  })
  expect(back.status).toBe(201)
  expect((await reconciled()).text).not.toContain('paid twice')
  expect(testServer.simulator.inspect().carts.map(({ refunded }) => refunded)).toEqual([12_990, 0])
})

it.each([
  ['contradicts a payment', 500, 1],
  ['is no contradiction where all of it was refunded', 12_990, 0],
])('a cart that reconcile finds canceled %s', async (_, amount, code) => {
  const partner = ({ partnerUrl }: TestServer['simulator']) => ({
    NETGIRO_PARTNER_API_URL: partnerUrl,
  })
  await open({ envOf: partner })
  const { session, id } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  await merchant(testServer, 'POST', `/v1/checkouts/${id}/refunds`, {
    body: { amount },
    headers: { 'idempotency-key': 'r-1' },
  })
  testServer.simulator.fault({ call: 'CheckCart', kind: 'code', code: 10_201 })
  const settings = { ...environment(), ...partner(testServer.simulator) }
  const reconciled = await run(reconcile, settings, ['--since', '2020-01-01'])
  expect(reconciled.code).toBe(code)
  expect(reconciled.text.includes('recorded as paid, but not by')).toBe(code === 1)
})

it('stops tracking a checkout that another process ended, before external changes are detected', async () => {
  class ClockWithoutLooks extends ManualClock {
    override after(ms: number, fn: () => void) {
      return ms === 1_000 ? () => undefined : super.after(ms, fn)
    }
  }
  const clock = new ClockWithoutLooks()
  await open({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
  const { session } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await run(reconcile, environment(), ['--since', '2020-01-01'], clock)
  expect(testServer.parts().worker.size).toBe(1)
  clock.advance(5_000)
  // Otherwise it would be asked about forever, and its end be taken for due again and again.
  await until(() => testServer.parts().worker.size === 0)
  expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
})

describe('the command line', () => {
  const cli = async (args: string[], env: Record<string, string> = {}) => {
    const script = await bundleCommand()
    return new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = spawn(process.execPath, [script, ...args], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const output of [child.stdout, child.stderr])
        output.on('data', (chunk: Buffer) => {
          said += chunk.toString()
          const url = /"url":"([^"]+)"/.exec(said)?.[1]
          if (url) void fetch(`${url}/healthz`).then(() => child.kill('SIGTERM'))
        })
      child.once('exit', (code) => resolve({ code, said }))
    })
  }

  it('runs serve and help, and refuses an unknown command', async () => {
    await open()
    const [served, helped, bare, unknown, wrong, unset] = await Promise.all([
      cli(['serve'], environment(join(mkdtempSync(join(tmpdir(), 'cli-')), 'checkout.db'))),
      cli(['help']),
      cli([]),
      cli(['toString']),
      cli(['doctor', '--fast'], environment()),
      cli(['resend', 'evt_1']),
    ])
    expect(served).toMatchObject({ code: 0, said: expect.stringContaining('"ready"') })
    expect(helped).toMatchObject({ code: 0, said: expect.stringContaining('reconcile --since') })
    expect(bare).toEqual(helped)
    expect(unknown.code).toBe(2)
    expect(unknown.said).toMatch(/Unknown command toString\.[^]*netgiro-checkout help/)
    expect(wrong.code).toBe(2)
    expect(unset.code).toBe(1)
    expect(unset.said).toContain('NETGIRO_SECRET_KEY is missing')
  })

  it.each([
    ['nobody reads its output', 'pipe', 0, /^$/],
    [
      'its disk is full',
      openSync('/dev/full', 'w'),
      1,
      /^The output cannot be written \(ENOSPC\)\.\n$/,
    ],
  ] as const)('completes what a command has begun although %s', async (_, stdout, code, said) => {
    await open({ clock: new ManualClock(), env: { NETGIRO_CONFIRMATION: 'automatic' } })
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    for (const phone of ['7701231', '7701232', '7701233'])
      await start(testServer, (await testServer.create()).session, phone)
    const { carts } = testServer.simulator.inspect()
    for (const { TransactionId } of carts) testServer.simulator.approve(TransactionId)
    const args = [await bundleCommand(), 'reconcile', '--since', '2020-01-01']
    const env = { PATH: process.env['PATH'], ...environment() }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', stdout, 'pipe'] })
    child.stdout?.destroy()
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(code)
    expect(complaint).toMatch(said)
    const asked = testServer.simulator.inspect().carts.map(({ calls }) => calls.CheckCart)
    expect(asked).toEqual([1, 1, 1])
  })

  it('refuses arguments that serve would ignore', async () => {
    await open()
    for (const argument of ['--port=1', 'database.db'])
      expect((await cli(['serve', argument], environment())).code).toBe(2)
  })

  it('says in one sentence that another program has the database locked', async () => {
    await open()
    const { id } = await testServer.create()
    await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
    await until(() => testServer.logged().includes('webhook delivered'))
    const event = shop.received[0]?.headers['webhook-id'] ?? ''
    const other = openSecondConnection(testServer.databasePath)
    other.exec('begin immediate')
    const { code, said } = await cli(['resend', event], environment())
    other.exec('rollback')
    other.close()
    expect(said).toMatch(/^The database cannot be used at the moment: [^\n]*\n$/)
    expect(code).toBe(1)
  })

  it('says in one sentence which file a command cannot read or write', async () => {
    await open()
    const folder = mkdtempSync(join(tmpdir(), 'cli-'))
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const unused = environment(join(folder, 'checkout.db'))
    const [missing, below, aFolder] = await Promise.all([
      cli(['backup', join(folder, 'missing', 'copy.db')], environment()),
      cli(['backup', join(file, 'copy.db')], environment()),
      cli(['restore', folder], unused),
    ])
    for (const { code, said } of [missing, below, aFolder]) {
      expect(code).toBe(1)
      expect(said.trim().split('\n')).toHaveLength(1)
      expect(said).toMatch(/ cannot be read or written \(E[A-Z]+\)\.$/m)
      expect(said).toContain(folder)
    }
  })
})
