import { afterAll, beforeAll, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'
import { startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ucpValidator } from './ucp-schemas.ts'

const name = 'is.shop.netgiro'
const paths = ['/ucp', '/ucp/payment-handler.json', '/ucp/schema.json']

let silent: TestServer
let open: TestServer
beforeAll(async () => {
  silent = await startTestServer()
  open = await startTestServer({ env: { UCP_HANDLER: name } })
})
afterAll(() => Promise.all([silent.close(), open.close()]))

const read = async <T>(path: string) => (await (await fetch(open.url + path)).json()) as T

interface Declaration {
  readonly ucp: { readonly payment_handlers: Readonly<Record<string, readonly Entry[]>> }
}
interface Entry {
  readonly id: string
  readonly spec: string
  readonly schema: string
  readonly available_instruments: readonly { readonly type: string }[]
}

it.each(paths)('describes nothing to agents at %s unless the setting is there', async (path) => {
  expect((await fetch(silent.url + path)).status).toBe(404)
  expect((await fetch(open.url + path)).status).toBe(200)
})

it('describes Netgíró as a payment handler that is valid for the protocol', async () => {
  const declaration = await read<Declaration>('/ucp/payment-handler.json')
  const ajv = ucpValidator()
  const isValid = ajv.validate('https://ucp.dev/schemas/ucp.json#/$defs/base', declaration.ucp)
  expect(ajv.errors).toBe(null)
  expect(isValid).toBe(true)
  const [entry] = declaration.ucp.payment_handlers[name] ?? []
  for (const role of ['business_schema', 'platform_schema', 'base'])
    expect(ajv.validate(`https://ucp.dev/schemas/payment_handler.json#/$defs/${role}`, entry)).toBe(
      true,
    )
  for (const url of [entry?.spec, entry?.schema]) {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ucp/)
    expect((await fetch(url ?? '')).status).toBe(200)
  }
})

it('the payment handler has a schema that accepts its declaration and its instrument, and no other', async () => {
  const { ucp } = await read<Declaration>('/ucp/payment-handler.json')
  const [entry] = ucp.payment_handlers[name] ?? []
  const schema = await read<{ readonly $id: string }>('/ucp/schema.json')
  const ajv = ucpValidator()
  ajv.addSchema(schema)
  expect(ajv.validate(schema.$id, entry)).toBe(true)
  expect(ajv.validate(schema.$id, { ...entry, config: { currency: 'SEK' } })).toBe(false)

  const isInstrument = ajv.getSchema(`${schema.$id}#/$defs/instrument`)!
  const credential = { type: 'MSISDN', value: '3548223281' }
  const [{ type } = { type: '' }] = entry?.available_instruments ?? []
  const instrument = { id: 'pi_1', handler_id: entry?.id, type, credential }
  expect(isInstrument(instrument)).toBe(true)
  for (const wrong of [
    { ...instrument, handler_id: undefined },
    { ...instrument, type: 'card' },
    { ...instrument, credential: undefined },
    { ...instrument, credential: { type: 'TOKEN', value: 'x' } },
    { ...instrument, credential: { ...credential, value: '4712345678' } },
  ])
    expect(isInstrument(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong)).toBe(false)
})

it.each(['netgiro', 'is.shop.Netgiro', 'is..shop', 'https://shop.is', '1s.shop'])(
  'refuses %s as the name of a handler',
  (wrong) => {
    expect(() => readConfig({ UCP_HANDLER: wrong })).toThrow(ConfigError)
    expect(() => readConfig({ UCP_HANDLER: wrong })).toThrow('UCP_HANDLER must be like')
  },
)
