import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { launch } from 'puppeteer-core'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { blocksOf } from '../support/blocks.ts'
import { findBrowser } from '../support/browser.mjs'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/test-server.ts'
import { newConsumer } from './consumer.ts'
import type { Consumer } from './consumer.ts'
import { startRegistry } from './registry.ts'
import type { Registry } from './registry.ts'

let consumer: Consumer
let registry: Registry
let browser: Browser
const closing: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  consumer = newConsumer()
  registry = await startRegistry(consumer)
  const { executablePath, env, args } = await findBrowser()
  browser = await launch({
    ...{ executablePath, args: [...args], headless: 'shell' },
    env: { ...process.env, ...env },
  })
})
afterAll(async () => {
  await browser.close()
  for (const close of closing.reverse()) await close()
  await registry.close()
  consumer.remove()
})

const run = promisify(execFile)
const defaultPorts = { shop: 8080, server: 8787, phone: 4010, avarda: 4020 }

/** The page's text with ports that are free on this machine. */
async function withFreePorts() {
  const ports = new Map<string, string>()
  for (const port of Object.values(defaultPorts)) ports.set(String(port), String(await freePort()))
  const numbers = new RegExp(`\\b(${[...ports.keys()].join('|')})\\b`, 'g')
  const of = (port: number) => ports.get(String(port)) ?? ''
  return { of, replaced: (text: string) => text.replace(numbers, (port) => ports.get(port) ?? '') }
}

/** A terminal in an empty folder, with the registry of this test. */
function terminal(folder: string, env: Readonly<Record<string, string>>) {
  const options = {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...registry.env, ...env },
  }
  return {
    run: (command: string) => run('sh', ['-ec', command], options),
    start(command: string) {
      // A process group, because npx is a shell's parent of the command.
      const child = spawn('sh', ['-ec', command], { ...options, detached: true, stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('close', resolve))
      closing.push(() => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT')
        return ended
      })
    },
  }
}

it('a newcomer who follows the tutorial has a paid order within three minutes', async () => {
  const ports = await withFreePorts()
  const folder = join(consumer.folder, 'elsewhere', 'newcomer')
  mkdirSync(folder, { recursive: true })
  const shell = terminal(folder, {
    PORT: ports.of(defaultPorts.server),
    SIMULATOR_PORT: ports.of(defaultPorts.phone),
    AVARDA_SIMULATOR_PORT: ports.of(defaultPorts.avarda),
  })
  const answers = (port: number) =>
    until(() =>
      fetch(`http://127.0.0.1:${ports.of(port)}`).then(
        () => true,
        () => false,
      ),
    )
  const began = performance.now()
  const done: string[] = []
  const inTurn = [defaultPorts.phone, defaultPorts.server, defaultPorts.shop]
  for (const { mark, code, line } of blocksOf('docs/tutorial.md')) {
    const text = ports.replaced(code)
    const [, file] = /^file=(\S+)$/.exec(mark) ?? []
    if (file !== undefined) writeFileSync(join(folder, file), text)
    else if (mark === 'run') await shell.run(text)
    else if (mark === 'start') {
      shell.start(text)
      await answers(inTurn[done.filter((one) => one === 'start').length] ?? defaultPorts.shop)
    } else throw new Error(`docs/tutorial.md:${line} is not marked`)
    done.push(mark)
    // The addresses in the settings are those of the text.
    if (code.includes('init --netgiro')) {
      const settings = join(folder, '.env')
      writeFileSync(settings, ports.replaced(readFileSync(settings, 'utf8')))
    }
  }
  expect(done.filter((mark) => mark === 'start')).toHaveLength(3)

  const page = await browser.newPage()
  await page.goto(`http://localhost:${ports.of(defaultPorts.shop)}`)
  await page.locator('netgiro-checkout >>> input').fill('822 3281')
  await page.locator('netgiro-checkout >>> button[part=button]').click()
  const phone = await browser.newPage()
  await phone.goto(`http://127.0.0.1:${ports.of(defaultPorts.phone)}/customer`)
  await phone.locator('[data-action=approve]').click()
  const paid = () =>
    fetch(`http://localhost:${ports.of(defaultPorts.shop)}/order`).then((response) =>
      response.text(),
    )
  await until(paid, (text) => text === 'Paid: true')

  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(`A newcomer had a paid order after ${seconds} s.`)
  expect(seconds).toBeLessThan(180)
})
