import type { BrowserLauncher } from '@web/test-runner'
import { openWebKit } from './webkit.ts'
import type { WebKit } from './webkit.ts'

/** One window for one test file after another, as @web/test-runner wants it. `sendKeys` and others call the methods of these names. */
export class WebKitLauncher implements BrowserLauncher {
  readonly name = 'WebKitGTK'
  /** The runner's own command for keys is written for launchers of this type. */
  readonly type = 'webdriver'
  readonly concurrency = 1
  readonly #binary: string
  #webkit: Promise<WebKit> | undefined
  #active = ''

  constructor(binary: string) {
    this.#binary = binary
  }

  async #driver() {
    return (await (this.#webkit ??= openWebKit(this.#binary))).driver
  }

  async stop(): Promise<void> {
    await (await this.#webkit)?.close()
    this.#webkit = undefined
  }

  async startSession(sessionId: string, url: string): Promise<void> {
    this.#active = sessionId
    await (await this.#driver()).get(url)
  }

  isActive(sessionId: string): boolean {
    return this.#active === sessionId
  }

  async getBrowserUrl(): Promise<string> {
    return (await this.#driver()).getCurrentUrl()
  }

  async stopSession(): Promise<object> {
    this.#active = ''
    // An empty page, so that nothing of the last one goes on.
    await (await this.#driver()).get('about:blank')
    return {}
  }

  startDebugSession(): Promise<void> {
    return Promise.reject(new Error('WebKitGTK has no debug session here'))
  }

  async sendMouseMove(_sessionId: string, x: number, y: number): Promise<void> {
    const driver = await this.#driver()
    await driver.actions().move({ x, y, duration: 0 }).perform()
  }

  async resetMouse(): Promise<void> {
    await (await this.#driver()).actions().clear()
  }

  /** Text, or the name of one key. */
  async sendKeys(_sessionId: string, keys: readonly string[]): Promise<void> {
    const driver = await this.#driver()
    const names = (await this.#webkit)?.keys ?? {}
    await driver
      .actions()
      .sendKeys(...keys.map((key) => names[key.replace(/\B(?=[A-Z])/g, '_').toUpperCase()] ?? key))
      .perform()
  }
}
