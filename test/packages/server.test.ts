import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { merchantKey, secretKey, until } from '../support/test-server.ts'
import { newConsumer } from './consumer.ts'
import type { Consumer } from './consumer.ts'

let consumer: Consumer
beforeAll(() => {
  consumer = newConsumer()
})
afterAll(() => consumer.remove())

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Runs the installed command until `end`, which acts like Ctrl-C. */
function command(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cli = join(consumer.installed('netgiro-checkout-server'), 'bin/netgiro-checkout.js')
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: consumer.folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const outputs = [child.stdout, child.stderr]
  for (const output of outputs) output.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  /** Resolves with the first group of the pattern as soon as the output matches. */
  const matches = (words: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const [, found] = words.exec(printed) ?? []
        if (found !== undefined) resolve(found)
      }
      for (const output of outputs) output.on('data', look)
      void ended.then(() => reject(new Error(printed)))
    })
  const end = () => {
    child.kill('SIGINT')
    return ended
  }
  closing.push(end)
  return { matches, ended, end, printed: () => printed }
}

const simulators = { SIMULATOR_PORT: '0', AVARDA_SIMULATOR_PORT: '0' }

const settingsFor = (apiUrl: string) => ({
  NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  NETGIRO_SECRET_KEY: secretKey,
  NETGIRO_API_URL: apiUrl,
  PUBLIC_URL: 'http://127.0.0.1:1',
  ALLOWED_ORIGINS: 'https://shop.example',
  MERCHANT_API_KEY: merchantKey,
  MERCHANT_NAME: 'Ullarbúðin',
  DATABASE_URL: `file:${join(consumer.folder, 'checkout.db')}`,
  PORT: '0',
})

const create = (url: string) =>
  fetch(`${url}/v1/checkouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${merchantKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reference: 'WEB-1', amount: 12990, currency: 'ISK' }),
  })

it('simulate and serve take a payment request without an account', async () => {
  const simulated = command(['simulate'], simulators)
  const apiUrl = await simulated.matches(/API +(http:\S+\/v1)[^]*Avarda[^]*sites/)
  const phone = await fetch(apiUrl.replace(/v1$/, 'customer'))
  expect([phone.status, phone.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ])

  const served = command(['serve'], settingsFor(apiUrl))
  const url = await served.matches(/"url":"([^"]+)"/)
  const script = await fetch(`${url}/netgiro-checkout.js`)
  expect(await script.text()).toContain('netgiro-checkout')
  const created = await create(url)
  expect(created.status).toBe(201)
  const { session } = (await created.json()) as { readonly session: string }
  const started = await fetch(`${url}/v1/session/start`, {
    method: 'POST',
    headers: {
      ...{ origin: 'https://shop.example', authorization: `Bearer ${session}` },
      'content-type': 'application/json',
    },
    body: JSON.stringify({ phone: '7700002' }),
  })
  expect(started.status).toBe(202)
  const { carts } = (await (await fetch(apiUrl.replace(/v1$/, 'simulator/carts'))).json()) as {
    readonly carts: readonly unknown[]
  }
  expect(carts).toHaveLength(1)
  expect(await served.end()).toBe(0)
  expect(await simulated.end()).toBe(0)
})

it('simulate exits with 1 when one simulator cannot start', async () => {
  const { ended, printed } = command(['simulate'], { ...simulators, AVARDA_SIMULATOR_PORT: 'x' })
  expect(await ended).toBe(1)
  expect(printed()).toContain('AVARDA_SIMULATOR_PORT is not a port number.')
})

const freePorts = { ...simulators, PORT: '0', STOREFRONT_PORT: '0' }

it('demo sells an order to a shopper who approves on the simulated phone, and leaves nothing behind', async () => {
  const temporary = mkdtempSync(join(consumer.folder, 'tmp-'))
  const shown = command(['demo'], { ...freePorts, TMPDIR: temporary })
  await shown.matches(/Payment server +(http:\S+)/)
  const addressOf = (part: string) =>
    new RegExp(`${part} +(http:\\S+)`).exec(shown.printed())?.[1] ?? ''
  const shopUrl = addressOf('The shop')
  const phoneUrl = addressOf('Your phone')
  const serverUrl = addressOf('Payment server')
  expect((await fetch(phoneUrl)).status).toBe(200)
  expect((await fetch(`${serverUrl}/netgiro-checkout.js`)).status).toBe(200)
  expect(readdirSync(temporary)).toHaveLength(1)

  const shopper = await visit(shopUrl)
  const number = await shopper.order()
  const session = await shopper.sessionOf(number)
  const started = await fetch(`${serverUrl}/v1/session/start`, {
    method: 'POST',
    headers: {
      ...{ origin: shopUrl, authorization: `Bearer ${session}` },
      'content-type': 'application/json',
    },
    body: JSON.stringify({ phone: '8223281' }),
  })
  expect(started.status).toBe(202)
  const carts = phoneUrl.replace(/customer$/, 'simulator/carts')
  const { carts: waiting } = (await (await fetch(carts)).json()) as {
    readonly carts: readonly { readonly TransactionId: string }[]
  }
  const approved = await fetch(`${carts}/${waiting[0]?.TransactionId ?? ''}/approve`, {
    method: 'POST',
  })
  expect(approved.status).toBe(200)
  await until(
    () => shopper.status(number),
    (status) => status === 'paid',
  )
  expect(await shown.end()).toBe(0)
  expect(readdirSync(temporary)).toEqual([])
})

it('init, simulate and serve take a newcomer to a running server', async () => {
  const simulated = command(['simulate'], simulators)
  const apiUrl = await simulated.matches(/API +(http:\S+\/v1)[^]*Avarda[^]*sites/)
  const { ended, printed } = command(['init', '--name', 'Ullarbúðin'])
  expect([await ended, printed()]).toEqual([0, expect.stringContaining('Written: .env')])
  const inherited = { PORT: '0', NETGIRO_API_URL: apiUrl }
  const served = command(['serve', '--env-file', '.env'], inherited)
  const url = await served.matches(/"url":"([^"]+)"/)
  const script = await fetch(`${url}/netgiro-checkout.js`)
  expect(script.status).toBe(200)
  expect(await served.end()).toBe(0)
})

it('demo says which port is taken, and exits with 1', async () => {
  const { ended, printed } = command(['demo'], { ...freePorts, STOREFRONT_PORT: 'x' })
  expect(await ended).toBe(1)
  expect(printed()).toContain('STOREFRONT_PORT must be a port number')
})

/** A shopper's browser as far as the shop's own pages need one. */
async function visit(shopUrl: string) {
  const home = await (await fetch(shopUrl)).text()
  const [, product = ''] = /name="product" value="([^"]+)"/.exec(home) ?? []
  let cookie = ''
  const send = async (path: string, form?: Readonly<Record<string, string>>) => {
    const response = await fetch(shopUrl + path, {
      redirect: 'manual',
      headers: { cookie, origin: shopUrl },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return response
  }
  return {
    async order() {
      await send('/cart/add', { product })
      const { headers } = await send('/checkout', {})
      return headers.get('location')?.split('/').at(-1) ?? ''
    },
    async sessionOf(number: string) {
      const page = await (await send(`/checkout/${number}`)).text()
      return /session="([^"]+)"/.exec(page)?.[1] ?? ''
    },
    async status(number: string) {
      return ((await (await send(`/orders/${number}.json`)).json()) as { status: string }).status
    },
  }
}

it.each(['--help', 'help'])('%s lists every command', async (name) => {
  const { ended, printed } = command([name])
  expect(await ended).toBe(0)
  const commands = [
    'demo',
    'serve',
    'simulate',
    'doctor',
    'resend',
    'reconcile',
    'refund',
    'audit',
    'backup',
  ]
  for (const one of [...commands, 'restore']) expect(printed()).toContain(`\n  ${one} `)
})

it('--version says which version is installed', async () => {
  const { ended, printed } = command(['--version'])
  expect(await ended).toBe(0)
  expect(printed()).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
})

it('createServer runs the server inside the calling process', () => {
  const settings = { ...settingsFor('http://127.0.0.1:1/v1'), PORT: 0, LOG_LEVEL: 'silent' }
  const output = consumer.run(`
    import { createServer } from 'netgiro-checkout-server'
    const server = await createServer(${JSON.stringify(settings)})
    const { status } = await fetch(server.url + '/readyz')
    const script = await fetch(server.url + '/netgiro-pos.js')
    await server.close()
    console.log(status, script.status, server.metricsUrl)`)
  expect(output).toBe('200 200 null\n')
})

it('a server that is to trace without the SDK says what to install, and serves', () => {
  const settings = {
    ...settingsFor('http://127.0.0.1:1/v1'),
    ...{ PORT: 0, LOG_LEVEL: 'warn', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
  }
  const output = consumer.run(`
    import { createServer } from 'netgiro-checkout-server'
    const server = await createServer(${JSON.stringify(settings)})
    const { status } = await fetch(server.url + '/readyz')
    await server.close()
    console.log(status)`)
  expect(output).toContain('nothing is traced: npm install @opentelemetry/sdk-trace-base')
  expect(output).toMatch(/\n200\n$|^200\n/)
})

it('createServer throws a ConfigError that lists every invalid setting', () => {
  const output = consumer.run(`
    import { createServer } from 'netgiro-checkout-server'
    const error = await createServer({ PORT: -1 }).catch((error) => error)
    console.log(error.name, error.problems.length > 5, error.problems.some((one) => one.startsWith('PORT ')))`)
  expect(output).toBe('ConfigError true true\n')
})
