import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { waitFor } from '../e2e/wait-for.ts'

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface Performed {
  perform(): Promise<void>
}

/** What is used of the WebDriver client, which is installed only where WebKitGTK is tested. */
export interface Driver {
  get(url: string): Promise<void>
  getCurrentUrl(): Promise<string>
  executeScript<T>(script: string, ...args: readonly unknown[]): Promise<T>
  actions(): {
    sendKeys(...keys: readonly string[]): Performed
    move(to: { readonly x: number; readonly y: number; readonly duration: number }): Performed
    clear(): Promise<void>
  }
  navigate(): { back(): Promise<void> }
  manage(): {
    window(): { minimize(): Promise<void>; setRect(to: Rect): Promise<void> }
  }
  quit(): Promise<void>
}

interface Selenium {
  readonly Key: Readonly<Record<string, string>>
  readonly Builder: new () => {
    usingServer(url: string): {
      withCapabilities(capabilities: object): { build(): Promise<Driver> }
    }
  }
}

/** A running WebKitGTK, on a display that nobody sees. */
export interface WebKit {
  readonly driver: Driver
  /** The names of keys, as WebDriver spells them. */
  readonly keys: Readonly<Record<string, string>>
  /** The process of its driver, whose descendants are the browser. */
  readonly pid: number
  close(): Promise<void>
}

const folder = fileURLToPath(new URL('.', import.meta.url))

function installClient(): Selenium {
  const options = { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' } as const
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    options,
  )
  if (status !== 0) throw new Error('the WebDriver client could not be installed')
  return createRequire(import.meta.url)('selenium-webdriver') as Selenium
}

let client: Selenium | undefined

/** Xvfb chooses the number of its display, and writes it to its third descriptor. */
async function openDisplay(): Promise<{ child: ChildProcess; display: string }> {
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  )
  const written = child.stdio[3] as Readable
  const number = await new Promise<string>((resolve, reject) => {
    written.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
  })
  return { child, display: `:${number}` }
}

/** Starts WebKitGTK's MiniBrowser under WebDriver. */
export async function openWebKit(binary: string): Promise<WebKit> {
  client ??= installClient()
  const { child: screen, display } = await openDisplay()
  const port = await freePort()
  const service = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1' },
    stdio: 'ignore',
  })
  const end = () => {
    service.kill()
    screen.kill()
  }
  process.once('exit', end)
  const url = `http://127.0.0.1:${port}`
  await waitFor('WebKitWebDriver answers', async () => (await fetch(`${url}/status`)).ok)
  const driver = await new client.Builder()
    .usingServer(url)
    .withCapabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary, args: ['--automation'] },
    })
    .build()
  return {
    driver,
    keys: client.Key,
    pid: service.pid ?? 0,
    async close() {
      await driver.quit().catch(() => {})
      end()
      process.off('exit', end)
    },
  }
}
