import { createPublicKey, verify } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { receiptKeys } from '../../server/receipts.ts'
import { decode, pay, receiptKeys as seeds, receiptOf } from '../support/receipts.ts'
import { openStream } from '../support/stream.ts'
import { merchant, read, start, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

let testServer: TestServer
afterEach(() => testServer.close())

const open = async (keys: string | undefined) => {
  testServer = await startTestServer({ env: { RECEIPT_KEY: keys } })
}

type PublicKey = JsonWebKey & { readonly kid: string }

async function published() {
  const response = await fetch(`${testServer.url}/.well-known/jwks.json`)
  return { response, keys: ((await response.json()) as { keys: PublicKey[] }).keys }
}

/** Whether one of the published keys has signed it, or one of those that a verifier has kept. */
async function isGenuine(receipt: string, kept?: readonly PublicKey[]): Promise<boolean> {
  const keys = kept ?? (await published()).keys
  const [header, content, signature = ''] = receipt.split('.')
  const key = keys.find(({ kid }) => kid === decode(receipt, 0)['kid'])
  if (!key) return false
  const signed = Buffer.from(`${header}.${content}`)
  const publicKey = createPublicKey({ key, format: 'jwk' })
  return verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))
}

describe('the receipt of a checkout', () => {
  it('a receipt is the same in the snapshot, the stream, the merchant API and the webhook, and is genuine', async () => {
    await open(seeds.new)
    const created = await pay(testServer)
    const { receipt = '', paidAt = '' } = await read(testServer, created.session)
    expect(await isGenuine(receipt)).toBe(true)
    expect(decode(receipt, 1)).toEqual({
      iss: new URL(testServer.url).origin,
      iat: Math.floor(Date.parse(paidAt) / 1000),
      checkout: created.id,
      reference: created.reference,
      ...{ amount: 12_990, currency: 'ISK', status: 'paid', paidAt },
    })
    const stream = await openStream(testServer, created.session)
    await stream.ended
    expect(stream.snapshots()).toMatchObject([{ receipt }])
    expect(await receiptOf(testServer, created)).toBe(receipt)
    const { events } = (await (await merchant(testServer, 'GET', '/v1/events')).json()) as {
      events: { type: string; data: { checkout: { receipt: string | null } } }[]
    }
    const paid = events.find(({ type }) => type === 'checkout.paid')
    expect(paid?.data.checkout.receipt).toBe(receipt)
  })

  it('a receipt is not there before the provider reports the payment', async () => {
    await open(seeds.new)
    const created = await testServer.create()
    expect(await start(testServer, created.session)).not.toHaveProperty('receipt')
    expect(await receiptOf(testServer, created)).toBeNull()
  })

  it('a receipt stays the same when the server starts anew', async () => {
    await open(seeds.new)
    const created = await pay(testServer)
    const before = await receiptOf(testServer, created)
    await testServer.restart()
    expect(await receiptOf(testServer, created)).toBe(before)
  })

  it('a receipt stays genuine after the key was changed, until the old key is removed', async () => {
    await open(seeds.old)
    const created = await pay(testServer)
    const before = (await receiptOf(testServer, created)) ?? ''
    await testServer.reconfigure({ RECEIPT_KEY: `${seeds.new},${seeds.old}` })
    const after = (await receiptOf(testServer, created)) ?? ''
    expect(decode(after, 0)['kid']).not.toBe(decode(before, 0)['kid'])
    const areGenuine = () => Promise.all([before, after].map((receipt) => isGenuine(receipt)))
    expect(await areGenuine()).toEqual([true, true])
    await testServer.reconfigure({ RECEIPT_KEY: seeds.new })
    expect(await areGenuine()).toEqual([false, true])
  })

  it('a receipt stays genuine by the keys of a cache or another server when a new key is behind the old one first', async () => {
    await open(seeds.old)
    const created = await pay(testServer)
    const after = async (keys: string) => {
      const { keys: kept } = await published()
      await testServer.reconfigure({ RECEIPT_KEY: keys })
      return isGenuine((await receiptOf(testServer, created)) ?? '', kept)
    }
    expect(await after(`${seeds.new},${seeds.old}`)).toBe(false)
    await testServer.reconfigure({ RECEIPT_KEY: seeds.old })
    expect(await after(`${seeds.old},${seeds.new}`)).toBe(true)
    expect(await after(`${seeds.new},${seeds.old}`)).toBe(true)
    expect(await after(seeds.new)).toBe(true)
  })

  it('a receipt is not genuine once a single letter of it is changed', async () => {
    await open(seeds.new)
    const receipt = (await receiptOf(testServer, await pay(testServer))) ?? ''
    const [header, content = '', signature] = receipt.split('.')
    const cheaper = Buffer.from(
      Buffer.from(content, 'base64url').toString().replace('12990', '12991'),
    )
    expect(await isGenuine([header, cheaper.toString('base64url'), signature].join('.'))).toBe(
      false,
    )
  })

  it('a receipt is not there without RECEIPT_KEY, which the server says on startup', async () => {
    await open(undefined)
    expect(testServer.logged()).toContain('RECEIPT_KEY is not set: no receipts are signed')
    const created = await pay(testServer)
    expect(await read(testServer, created.session)).not.toHaveProperty('receipt')
    expect(await receiptOf(testServer, created)).toBeNull()
    expect((await published()).keys).toEqual([])
  })
})

describe('the public keys', () => {
  it('the public keys of receipts are readable by everyone, and hold nothing that is secret', async () => {
    await open(`${seeds.new},${seeds.old}`)
    const { response, keys } = await published()
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(keys).toEqual(
      [seeds.new, seeds.old].flatMap((seed) => receiptKeys([seed], '').jwks.keys),
    )
    for (const key of keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })
})
