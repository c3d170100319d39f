import { setTimeout as sleep } from 'node:timers/promises'
import { CheckoutNotFoundError } from '../index.ts'
import type { Client } from '../index.ts'
import type { Simulator } from './parts.ts'

/** What the person does who pays. */
export interface Shopper {
  /**
   * Sends the request to the phone, as the element does when the number was entered: for tests without a browser.
   *
   * @param phone - Default: a number of the simulator that answers only when it is told to.
   */
  start(session: string, phone?: string): Promise<void>
  /** Waits for the request about this order on the phone, and approves it. */
  approve(reference: string): Promise<void>
  /** Waits for the request, and declines it: the shopper may try again. */
  decline(reference: string): Promise<void>
  /** Waits for the request, and lets it end without an answer: the shopper may try again. */
  expire(reference: string): Promise<void>
}

interface ShopperDeps {
  readonly client: Client
  readonly simulator: Simulator
  readonly url: string
  readonly shopOrigin: string
  readonly timeoutMs: number
}

const pollMs = 20

export function createShopper(deps: ShopperDeps): Shopper {
  const { simulator } = deps
  return {
    start: (session, phone = '8223281') => start(deps, session, phone),
    approve: (reference) => answer(deps, reference, (id) => simulator.approve(id)),
    decline: (reference) => answer(deps, reference, (id) => simulator.reject(id)),
    expire: (reference) => answer(deps, reference, (id) => simulator.expire(id)),
  }
}

async function start({ url, shopOrigin }: ShopperDeps, session: string, phone: string) {
  const response = await fetch(`${url}/v1/session/start`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${session}`,
      'content-type': 'application/json',
      origin: shopOrigin,
    },
    body: JSON.stringify({ phone }),
  })
  if (!response.ok)
    throw new Error(`The request was not sent: ${response.status} ${await response.text()}`)
}

/** Null where the shop is still to create it, such as while its page loads. */
async function find(client: Client, reference: string) {
  try {
    return await client.checkouts.get({ reference })
  } catch (error) {
    if (error instanceof CheckoutNotFoundError) return null
    throw error
  }
}

/** Answers the open request of an order, as soon as the phone has it. */
async function answer(
  { client, timeoutMs }: ShopperDeps,
  reference: string,
  act: (transactionId: string) => boolean,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const checkout = await find(client, reference)
    const open = checkout?.attempts.find(({ endedAt }) => endedAt === null)
    if (open?.transactionId && act(open.transactionId)) return
    if (performance.now() > deadline) {
      const state = checkout ? `its checkout is ${checkout.status}` : 'it has no checkout yet'
      throw new Error(`No request about ${reference} waits on the phone; ${state}`)
    }
    await sleep(pollMs)
  }
}
