import { browser, onlyCart, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

/** A server of Netgíró V2, which can refund, with the paid checkout of the conformance file. */
export async function startConformanceServer(): Promise<TestServer> {
  const testServer = await startTestServer({
    envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
  })
  const { session } = await testServer.create({ reference: 'PAID-1' })
  await browser(testServer, session, 'POST', '/v1/session/start', { body: { phone: '8223281' } })
  await until(() => testServer.simulator.inspect().carts.length > 0)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(async () => {
    const response = await browser(testServer, session, 'GET', '/v1/session')
    return ((await response.json()) as { status: string }).status === 'paid'
  })
  return testServer
}

/** Everything that an iterator yields, mapped. */
export async function collect<T, R>(
  items: AsyncIterable<T>,
  map: (item: T) => R,
): Promise<readonly R[]> {
  const all: R[] = []
  for await (const item of items) all.push(map(item))
  return all
}
