import { sign } from '../../server/providers/netgiro/signature.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { merchant, read, secretKey, until } from './test-server.ts'
import type { TestServer } from './test-server.ts'
import type { ManualClock } from './manual-clock.ts'

/** What the shop sees of a checkout. */
export interface View {
  readonly id: string
  readonly status: string
  readonly late: boolean
  readonly review: string | null
  readonly replaces: string | null
  readonly amount: number
  readonly payments: readonly { transactionId: string; paymentId: string | null }[]
  readonly attempts: readonly {
    reference: string
    transactionId: string | null
    outcome: string | null
    reason: string | null
    endedAt: string | null
  }[]
  readonly history: readonly { type: string; call: string | null; code: string | null }[]
}

export const viewOf = async (testServer: TestServer, id: string): Promise<View> =>
  (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as View

/** The types of all events of a checkout, delivered or not. */
export async function toldOf(testServer: TestServer, id: string): Promise<readonly string[]> {
  const response = await merchant(testServer, 'GET', '/v1/events')
  const { events } = (await response.json()) as {
    events: { type: string; data: { checkout: { id: string } } }[]
  }
  return events.filter(({ data }) => data.checkout.id === id).map(({ type }) => type)
}

/** The shop closes the checkout; the response, if it comes without advancing the clock. */
export const closeBy = (testServer: TestServer, id: string) =>
  merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)

/** Waits for the effects of the last step of the clock, calls to the provider included. */
export async function settle(testServer: TestServer, turns = 2): Promise<void> {
  for (let turn = 0; turn < turns; turn++)
    await fetch(`${testServer.simulator.url}/simulator/carts`)
  await fetch(`${testServer.url}/healthz`).catch(() => {})
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Advances the clock in steps, and waits for the effects of each. */
export async function pass(
  testServer: TestServer,
  clock: ManualClock,
  ms: number,
  step = 1_000,
): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(step, left))
    await settle(testServer)
  }
}

/** Advances the clock until the browser sees this status. */
export const awaitStatus = (
  testServer: TestServer,
  clock: ManualClock,
  session: string,
  status: Snapshot['status'],
  by = 500,
): Promise<Snapshot> =>
  until(
    () => {
      clock.advance(by)
      return read(testServer, session)
    },
    (snapshot) => snapshot.status === status,
  )

/** Advances the clock until there is an answer that is given in its own time. */
export async function whilePassing<T>(clock: ManualClock, answer: Promise<T>): Promise<T> {
  let isThere = false
  const noted = answer.finally(() => (isThere = true))
  await until(() => {
    clock.advance(100)
    return isThere
  })
  return noted
}

interface CallbackOptions {
  readonly body?: object
  readonly secret?: string
  /** Where it is sent, if not to the address that it is signed for. */
  readonly to?: string
}

/** A callback as V1 signs it: over the URL that InsertCart was given. */
export async function sendV1Callback(
  url: string,
  { body = {}, secret = secretKey, to = url }: CallbackOptions = {},
): Promise<number> {
  const text = JSON.stringify({ Success: true, ResultCode: 10429, ...body })
  const headers = { netgiro_nonce: '1', netgiro_signature: sign(secret, '1', url, text) }
  return (await fetch(to, { method: 'POST', body: text, headers })).status
}
