import { afterEach, expect, it } from 'vitest'
import { openSecondConnection } from '../support/second-connection.ts'
import { merchant, startTestServer } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'

let testServer: TestServer | null = null
afterEach(() => testServer?.close())

it('shows a history that ends with the version beside it while another process writes on', async () => {
  testServer = await startTestServer()
  const body = { reference: 'WEB-1', amount: 1_990, currency: 'ISK' }
  const created = await merchant(testServer, 'POST', '/v1/checkouts', { body })
  const { id } = (await created.json()) as Created
  const other = openSecondConnection(testServer.databasePath)
  other.exec(`
    update checkouts set version = version + 1;
    insert into history (checkout_id, version, at, type) select id, version, 0, 'pending' from checkouts`)
  other.close()
  const read = await merchant(testServer, 'GET', `/v1/checkouts/${id}`)
  expect(await read.json()).toMatchObject({ version: 1, history: [{ version: 1 }] })
})
