import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newConsumer, root } from './consumer.ts'
import type { Consumer } from './consumer.ts'

/** A shop's page. */
const page = `
import 'netgiro-checkout/define'
import 'netgiro-checkout/pos/define'
import 'netgiro-checkout/avarda/define'
import { NetgiroCheckout, NetgiroErrorEvent, type Snapshot } from 'netgiro-checkout'
import { NetgiroPos } from 'netgiro-checkout/pos'
import { AvardaCheckout } from 'netgiro-checkout/avarda'

const element: NetgiroCheckout = document.createElement('netgiro-checkout')
element.session = 'cs_1'
element.addEventListener('netgiro-paid', ({ snapshot }) => {
  const { status, amount }: Snapshot = snapshot
  console.log(status === 'paid', amount.toFixed())
})
element.addEventListener('netgiro-error', (event) => {
  console.log(event instanceof NetgiroErrorEvent, event.code === 'unreachable')
})
const pos: NetgiroPos = document.createElement('netgiro-pos')
const form: AvardaCheckout = document.createElement('avarda-checkout')
document.body.append(element, pos, form)
`

/** A shop's backend. It needs no types of Node. */
const backend = `
import { createServer, type CheckoutServer, type Settings, type Snapshot } from 'netgiro-checkout-server'

const settings: Settings = { MERCHANT_NAME: 'Ullarbúðin', PORT: 0, HASH_KEY_FILE: '/run/secrets/hash' }
const server: CheckoutServer = await createServer(settings)
const read = async (session: string): Promise<Snapshot> => {
  const headers = { authorization: \`Bearer \${session}\` }
  return (await (await fetch(\`\${server.url}/v1/session\`, { headers })).json()) as Snapshot
}
console.log((await read('cs_1')).status === 'paid')
declare const env: { readonly [name: string]: string | undefined; readonly TZ?: string }
await createServer({ ...env, PORT: 0 })
// @ts-expect-error -- a name that is no setting
await createServer({ MERCHANT_NAMES: 'Ullarbúðin' })
await server.close()
`

/** A shop's server that uses the client. It needs no types of Node. */
const shop = `
import { ReferenceConflictError, createClient, createWebhooks } from 'netgiro-checkout-client'
import { startTestServer, type TestServer } from 'netgiro-checkout-client/testing'

const client = createClient({ url: 'https://pay.shop.is', key: 'key' })
try {
  const { session } = await client.checkouts.create({ reference: 'WEB-1', amount: 12990, currency: 'ISK' })
  console.log(session.length)
} catch (error) {
  if (error instanceof ReferenceConflictError) console.log(error.checkoutId?.length, error.code === 'reference_conflict')
}
// @ts-expect-error -- a currency that no provider takes
await client.checkouts.create({ reference: 'WEB-1', amount: 1, currency: 'USD' })
// @ts-expect-error -- a refund has an idempotency key
await client.checkouts.refund('co_1', { amount: 1 })
const webhook = createWebhooks('whsec_').verify('', new Headers())
if (webhook.type === 'checkout.refunded') console.log(webhook.data.checkout.refundedAmount.toFixed(), webhook.id)
const checkout: TestServer = await startTestServer({ settings: { MERCHANT_NAME: 'Ullarbúðin' } })
console.log((await checkout.webhook({ type: 'checkout.paid' })).data.checkout.reference)
// @ts-expect-error -- an event that does not exist
await checkout.webhook({ type: 'checkout.sold' })
for await (const { event, cursor } of client.events.list()) console.log(event.type === 'checkout.paid', cursor.length)
`

let consumer: Consumer
beforeAll(() => {
  consumer = newConsumer()
  consumer.write('page.ts', page)
  consumer.write('backend.ts', backend)
  consumer.write('shop.ts', shop)
})
afterAll(() => consumer.remove())

const run = promisify(execFile)

/** Returns the compiler's errors as text. */
const compile = (tsc: string, project: string): Promise<string> =>
  run(process.execPath, [tsc, '-p', project]).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  )

it.concurrent.each([
  ['5.9', 'typescript-5.9', 'nodenext', 'nodenext'],
  ['5.9', 'typescript-5.9', 'esnext', 'bundler'],
  ['6.0', 'typescript', 'nodenext', 'nodenext'],
  ['6.0', 'typescript', 'esnext', 'bundler'],
])(
  'TypeScript %s compiles imports of every package (%s, %s, %s)',
  async (version, compiler, module, moduleResolution) => {
    const tsc = join(root, 'node_modules', compiler, 'bin/tsc')
    expect((await run(process.execPath, [tsc, '-v'])).stdout).toContain(version)
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'es2022', lib: ['es2022', 'dom'], types: [] },
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
    }
    const project = consumer.write(
      `tsconfig.${version}.${moduleResolution}.json`,
      JSON.stringify({ compilerOptions, files: ['page.ts', 'backend.ts', 'shop.ts'] }),
    )
    expect(await compile(tsc, project)).toBe('')
  },
)
