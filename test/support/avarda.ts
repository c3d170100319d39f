import { startAvardaSimulator } from '../../demo/avarda-simulator/simulator.ts'
import type { AvardaSimulator, PurchaseView } from '../../demo/avarda-simulator/simulator.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { browser, merchant, read, startTestServer, until } from './test-server.ts'
import type { Created, TestServer } from './test-server.ts'
import { ManualClock } from './manual-clock.ts'

/** 259.90 and 20.10 kronor. */
export const avardaOrder = {
  ...{ provider: 'avarda', amount: 28_000, currency: 'SEK' },
  items: [
    { description: 'Lopapeysa', quantity: 1, amount: 25_990, taxCode: '25', taxAmount: 5_198 },
    { description: 'Sokkar', quantity: 3, amount: 2_010 },
  ],
}

type Attempt = Record<'outcome' | 'reason' | 'providerCode' | 'transactionId', string | null>
export type CheckoutView = Record<'status', string> & {
  readonly attempts: readonly Attempt[]
  readonly history: readonly Record<'type' | 'code', string | null>[]
}

/** The real server beside both simulators, on one clock. */
export class AvardaTestServer {
  readonly clock: ManualClock
  readonly testServer: TestServer
  readonly simulator: AvardaSimulator
  readonly env: Record<string, string>

  private constructor(
    clock: ManualClock,
    testServer: TestServer,
    simulator: AvardaSimulator,
    env: Record<string, string>,
  ) {
    this.clock = clock
    this.testServer = testServer
    this.simulator = simulator
    this.env = env
  }

  static async open(more: Record<string, string> = {}): Promise<AvardaTestServer> {
    const clock = new ManualClock()
    const simulator = await startAvardaSimulator({ clock })
    const env = {
      AVARDA_API_URL: simulator.apiUrl,
      AVARDA_SITE_CODE: 'SimulatorSweden',
      AVARDA_SITE_PASSWORD: 'simulator',
      ...more,
    }
    return new AvardaTestServer(clock, await startTestServer({ clock, env }), simulator, env)
  }

  create(order: object = {}): Promise<Created> {
    return this.testServer.create({ ...avardaOrder, ...order })
  }

  /** What the element sends where the provider's own form asks. */
  async start(session: string): Promise<Snapshot> {
    const response = await browser(this.testServer, session, 'POST', '/v1/session/start', {
      body: {},
    })
    return (await response.json()) as Snapshot
  }

  /** The shopper sees the form, as the script draws it from the snapshot. */
  async showForm(session: string): Promise<{ purchaseId: string; notifyUrl: string }> {
    const { form } = await this.start(session)
    const { purchaseId = '', purchaseCompletedCallbackUrl: notifyUrl = '' } = form?.settings ?? {}
    this.simulator.open(purchaseId, { notifyUrl })
    return { purchaseId, notifyUrl }
  }

  purchase(id: string): PurchaseView {
    const purchase = this.simulator.purchase(id)
    if (!purchase) throw new Error(`There is no purchase ${id}`)
    return purchase
  }

  async view(id: string): Promise<CheckoutView> {
    const response = await merchant(this.testServer, 'GET', `/v1/checkouts/${id}`)
    return (await response.json()) as CheckoutView
  }

  /** Advances the clock, poll by poll, until the browser sees this status. */
  awaitStatus(session: string, wanted: Snapshot['status']): Promise<Snapshot> {
    return until(
      () => {
        this.clock.advance(500)
        return read(this.testServer, session)
      },
      ({ status }) => status === wanted,
    )
  }

  /** Waits until the purchase was polled this often, and the answer has arrived. */
  async asked(purchaseId: string, times: number): Promise<void> {
    await until(
      async () => {
        this.clock.advance(500)
        // Waits as long as an answer takes, so that the clock does not get ahead of it.
        await fetch(`${this.testServer.url}/healthz`)
        return this.purchase(purchaseId).calls.GetPaymentStatus
      },
      (count) => count >= times,
    )
  }

  /** Advances the clock in steps of a second, and waits for the effects of each. */
  async pass(ms: number, step = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left))
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async close(): Promise<void> {
    await this.testServer.close()
    await this.simulator.close()
  }
}
