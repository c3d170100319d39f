import type { TestServer } from '../support/test-server.ts'
import { waitFor } from './wait-for.ts'

/** Approves the only payment request on the simulated phone, as soon as it is there. */
export async function approve({ simulator }: TestServer): Promise<void> {
  const cart = () => simulator.inspect().carts[0]
  await waitFor('the request arrives at the provider', () => Promise.resolve(cart() !== undefined))
  simulator.approve(cart()?.TransactionId ?? '')
}
