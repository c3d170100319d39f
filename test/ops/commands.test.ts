import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reconcile } from '../../server/cli/reconcile.ts'
import { resend } from '../../server/cli/resend.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { merchant, merchantKey, onlyCart, read, start, startRig, until } from '../support/bff.ts'
import type { Rig } from '../support/bff.ts'
import { HandClock } from '../support/hand-clock.ts'
import { settingsFor } from '../support/process.ts'
import { openStream } from '../support/stream.ts'
import { run } from './run-cli.ts'
import { openShop, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

let rig: Rig
let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(async () => {
  await rig.close()
  shop.close()
})

const open = async (options: Parameters<typeof startRig>[0] = {}) => {
  rig = await startRig({ ...options, env: { ...webhookTo(shop), ...options.env } })
}
const environment = (databasePath = rig.databasePath) => ({
  ...settingsFor(rig.simulator),
  ...webhookTo(shop),
  PUBLIC_URL: rig.url,
  DATABASE_URL: `file:${databasePath}`,
})
const view = async (id: string) =>
  (await (await merchant(rig, 'GET', `/v1/checkouts/${id}`)).json()) as { status: string }
const types = () => shop.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)

describe('resend', () => {
  it('makes the running server tell an event again, within moments and under the same id', async () => {
    const clock = new HandClock()
    await open({ clock })
    const { id } = await rig.create()
    await merchant(rig, 'POST', `/v1/checkouts/${id}/cancel`)
    await until(() => rig.logged().includes('webhook delivered'))
    const [event = ''] = shop.ids()
    const { code, text } = await run(resend, environment(), [event], clock)
    expect(code).toBe(0)
    expect(text).toContain(`checkout.canceled ${event} will be sent again`)
    expect(shop.received).toHaveLength(1)
    clock.advance(1_000)
    await until(() => shop.received.length > 1)
    expect(new Set(shop.ids())).toEqual(new Set([event]))
  })

  it('says that there is no such event, and makes no database of a mistyped path', async () => {
    await open()
    expect(await run(resend, environment(), ['evt_nobody'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('no such event'),
    })
    const nowhere = join(tmpdir(), `nowhere-${process.pid}.db`)
    await expect(run(resend, environment(nowhere), ['evt_1'])).rejects.toThrow(/not there/)
    expect(existsSync(nowhere)).toBe(false)
    await expect(run(resend, environment())).rejects.toThrow(/takes one event id/)
  })
})

describe('reconcile', () => {
  it('finds in a restored copy what was paid after the copy was made', async () => {
    await open()
    const { id, session, reference } = await rig.create()
    await start(rig, session)
    const copy = join(mkdtempSync(join(tmpdir(), 'restored-')), 'checkout.db')
    for (const end of ['', '-wal']) copyFileSync(rig.databasePath + end, copy + end)
    rig.simulator.approve(onlyCart(rig).TransactionId)
    await until(
      () => read(rig, session),
      ({ status }) => status === 'paid',
    )

    const { code, text } = await run(reconcile, environment(copy), ['--since', '2020-01-01'])
    expect(text).toContain(`* ${reference} (${id}): awaiting_shopper → paid (10200)`)
    expect(text).toContain('Asked about 1, changed 1, without an answer 0.')
    expect(code).toBe(0)
    const again = await run(reconcile, environment(copy), ['--since', '2020-01-01'])
    expect(again.text).toBe('Asked about 1, changed 0, without an answer 0.')

    const told = shop.received.length
    const restored = await startServer(environment(copy), { log: createLog('silent') })
    await until(() => shop.received.length > told)
    const answer = await fetch(`${restored.url}/v1/checkouts/${id}`, {
      headers: { authorization: `Bearer ${merchantKey}` },
    })
    expect(await answer.json()).toMatchObject({ status: 'paid', amount: 12990 })
    await restored.close()
    expect(types().at(-1)).toBe('checkout.paid')
    expect(onlyCart(rig).captures).toBe(1)
  })

  it('is heard of by a running server, by those who look on, and by the shop', async () => {
    const clock = new HandClock()
    await open({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, id } = await rig.create()
    await start(rig, session)
    rig.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    rig.simulator.approve(onlyCart(rig).TransactionId)
    // The provider says "canceled" though the shopper paid.
    rig.simulator.fault({ call: 'CheckCart', kind: 'code', code: 10202 })
    await until(
      () => {
        clock.advance(1_000)
        return view(id)
      },
      ({ status }) => status === 'open',
    )
    const stream = await openStream(rig, session)
    const { text } = await run(reconcile, environment(), ['--since', '2026-11-20'], clock)
    expect(text).toContain('open → paid')
    clock.advance(1_000)
    await until(view.bind(null, id), ({ status }) => status === 'paid')
    await stream.ended
    expect(stream.snapshots().at(-1)).toMatchObject({ status: 'paid' })
    await until(() => types().includes('checkout.paid'))
    expect(rig.parts().watcher.size).toBe(0)
  })

  it('asks about no attempt from before, and reads no other date', async () => {
    await open()
    const { session } = await rig.create()
    await start(rig, session)
    const { text } = await run(reconcile, environment(), ['--since', '2099-01-01T00:00:00Z'])
    expect(text).toContain('Asked about 0')
    for (const since of ['yesterday', '20.11.2026', '2026-13-01', ''])
      await expect(run(reconcile, environment(), ['--since', since])).rejects.toThrow(/--since/)
    await expect(run(reconcile, environment())).rejects.toThrow(/--since/)
  })

  it('says which answers are missing', async () => {
    await open({ clock: new HandClock() })
    const { session, reference } = await rig.create()
    await start(rig, session)
    rig.simulator.fault({ call: 'CheckCart', kind: 'bad_signature' })
    const { code, text } = await run(reconcile, environment(), ['--since', '2020-01-01'])
    expect(code).toBe(1)
    expect(text).toContain(`? ${reference}`)
  })
})

it('lets go of a checkout that another process ended, also before the server has looked for that', async () => {
  class ClockWithoutLooks extends HandClock {
    override after(ms: number, fn: () => void) {
      return ms === 1_000 ? () => undefined : super.after(ms, fn)
    }
  }
  const clock = new ClockWithoutLooks()
  await open({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
  const { session } = await rig.create()
  await start(rig, session)
  rig.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  rig.simulator.approve(onlyCart(rig).TransactionId)
  await run(reconcile, environment(), ['--since', '2020-01-01'], clock)
  expect(rig.parts().watcher.size).toBe(1)
  clock.advance(5_000)
  // Otherwise it would be asked about for ever, and its end be taken for due again and again.
  await until(() => rig.parts().watcher.size === 0)
  expect(await read(rig, session)).toMatchObject({ status: 'paid' })
})

describe('the command line', () => {
  const cli = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'server/cli.ts', ...args], {
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

  it('serves, explains itself, and refuses what it does not know', async () => {
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
    expect(unknown.said).toMatch(/no command toString[^]*resend <event-id>/)
    expect(wrong.code).toBe(2)
    expect(unset.code).toBe(1)
    expect(unset.said).toContain('NETGIRO_SECRET_KEY is missing')
  })
})
