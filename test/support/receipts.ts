import { merchant, onlyCart, read, start, until } from './test-server.ts'
import type { Created, TestServer } from './test-server.ts'

/** Keys of receipts as the settings hold them. */
export const receiptKeys = {
  old: 'bTPzjQ9+hn2nUkqsNO1BGZ7IMlIZohaTo52b/MkM6X8=',
  new: 'I1swGnWqHBb//Ca7qY9jyOpcNNf123m+S2BqHExgrMI=',
}

interface ShopView {
  readonly receipt: string | null
}

/** Creates a checkout and has it paid. */
export async function pay(testServer: TestServer): Promise<Created> {
  const created = await testServer.create()
  await start(testServer, created.session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, created.session),
    ({ status }) => status === 'paid',
  )
  return created
}

/** The receipt as the shop's server reads it. */
export const receiptOf = async (testServer: TestServer, { id }: Pick<Created, 'id'>) =>
  ((await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as ShopView).receipt

export const decode = (receipt: string, part: number) =>
  JSON.parse(Buffer.from(receipt.split('.')[part] ?? '', 'base64url').toString()) as Readonly<
    Record<string, unknown>
  >
