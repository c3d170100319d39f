/**
 * The stand-in shop of integrations/woocommerce/tests/shop.php, in processes of PHP, and a relay in front of its webhook route that
 * delivers every event at least once, some twice, and in any order.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'
import { freePort } from '../support/free-port.ts'

const router = fileURLToPath(
  new URL('../../integrations/woocommerce/tests/shop.php', import.meta.url),
)
const webhookPath = '/wp-json/netgiro-checkout/v1/webhook'

/** An order as the platform has it. */
export interface ShopOrder {
  readonly id: number
  readonly status: string
  readonly total: string
  readonly date_paid: string | null
  readonly transaction_id: string
  readonly notes: readonly string[]
  /** How often `payment_complete()` completed it. */
  readonly completions: number
  readonly refunds: readonly number[]
}

/** What may go wrong with one request to the shop. */
export interface ShopFault {
  /** PHP ends after so many writes. */
  readonly crashAfter?: number
  /** So many answers of the payment server do not arrive. */
  readonly loseAnswers?: number
}

interface ShopRequest {
  readonly order?: number
  readonly shopper?: string
  readonly input?: object
  readonly fault?: ShopFault
}

interface Delivery {
  readonly id: string
  readonly body: string
  readonly headers: Record<string, string>
  readonly times: number
}

export class Shop {
  url = ''
  webhookUrl = ''
  /** Ids of events that the shop has accepted. */
  readonly accepted = new Set<string>()
  readonly counts = { crashes: 0, repeated: 0 }
  readonly #folder = mkdtempSync(join(tmpdir(), 'woocommerce-'))
  readonly #random: () => number
  readonly #waiting: Delivery[] = []
  #php: ChildProcess | null = null
  #relayListener: Listener | null = null
  #running = 0
  readonly #relay = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      response.writeHead(204).end()
      const id = String(request.headers['webhook-id'])
      const times = this.#random() < 0.3 ? 2 : 1
      if (times === 2) this.counts.repeated++
      this.#waiting.push({ id, body, times, headers: signed(request.headers) })
    })
  })

  constructor(random: () => number) {
    this.#random = random
  }

  /** Opens the relay, whose address the payment server needs before the shop can run. */
  async openRelay(): Promise<void> {
    this.#relayListener = await listen(this.#relay)
    this.webhookUrl = this.#relayListener.url
  }

  /** @param env - the settings of the plugin */
  async start(env: Readonly<Record<string, string>>): Promise<void> {
    const port = await freePort()
    this.url = `http://127.0.0.1:${port}`
    this.#php = spawn('php', ['-S', `127.0.0.1:${port}`, router], {
      env: {
        ...{ PATH: process.env['PATH'], PHP_CLI_SERVER_WORKERS: '4' },
        ...{ SHOP_FOLDER: this.#folder, SHOP_URL: this.url, ...env },
      },
      stdio: 'ignore',
      // Its workers are processes too, and end with the group.
      detached: true,
    })
    while (!(await fetch(this.url).catch(() => null)))
      await new Promise((resolve) => setImmediate(resolve))
  }

  /** Delivers what has come so far, in any order; what the shop refuses comes again. */
  async deliver(): Promise<void> {
    const batch = this.#waiting
      .splice(0)
      .flatMap((delivery) => Array.from({ length: delivery.times }, () => delivery))
      .map((delivery) => [this.#random(), delivery] as const)
      .sort(([one], [other]) => one - other)
      .map(([, delivery]) => delivery)
    this.#running += batch.length
    await Promise.all(batch.map((delivery) => this.#post(delivery)))
  }

  get isQuiet(): boolean {
    return this.#waiting.length === 0 && this.#running === 0
  }

  async #post(delivery: Delivery): Promise<void> {
    const crashAfter = this.#random() < 0.15 ? 1 + Math.floor(this.#random() * 3) : 0
    const response = await fetch(this.url + webhookPath, {
      method: 'POST',
      headers: { ...delivery.headers, 'x-crash-after': String(crashAfter) },
      body: delivery.body,
    })
    await response.arrayBuffer()
    if (response.status >= 300) {
      this.counts.crashes++
      this.#waiting.push({ ...delivery, times: 1 })
    } else this.accepted.add(delivery.id)
    this.#running--
  }

  /** A request of a shopper or a shopkeeper. @returns null where the shop crashed */
  async call(
    path: string,
    { order = 0, shopper = 'none', input = {}, fault = {} }: ShopRequest = {},
  ): Promise<Record<string, unknown> | null> {
    const response = await fetch(`${this.url}${path}?order=${order}`, {
      method: 'POST',
      headers: {
        'x-shopper': shopper,
        'x-crash-after': String(fault.crashAfter ?? 0),
        'x-lose-answers': String(fault.loseAnswers ?? 0),
      },
      body: JSON.stringify(input),
    })
    const text = await response.text()
    if (response.status === 500 && text.includes('"crashed"')) {
      this.counts.crashes++
      return null
    }
    if (response.status !== 200) throw new Error(`${path} returned ${response.status}: ${text}`)
    return JSON.parse(text) as Record<string, unknown> | null
  }

  async read(order: number): Promise<ShopOrder> {
    return (await this.call('/order', { order })) as unknown as ShopOrder
  }

  async close(): Promise<void> {
    await this.#relayListener?.close()
    const php = this.#php
    if (php?.pid !== undefined) {
      const ended = new Promise((resolve) => php.once('exit', resolve))
      process.kill(-php.pid)
      await ended
    }
    rmSync(this.#folder, { recursive: true })
  }
}

const signed = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
      name,
      String(headers[name]),
    ]),
  )
