import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { hashKeysOf } from '../../server/hash-key.ts'
import { createSecrets } from '../../server/crypto.ts'
import { merchant, secretKey, startTestServer } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { settingsFor } from '../support/process.ts'

const [a, b] = ['Zk3v9QpX7wLr2TnB8yHc5MdF1sGj6KaE', 'q8WnR4tYv6UzX2bC9mL1kJ7hG5fD3sAp']

let testServer: TestServer
afterEach(() => testServer.close())

/** Starts with these settings, or starts anew with them on the same database. */
let env: Record<string, string> = {}
async function begin(more: Record<string, string> = {}) {
  env = more
  testServer = await startTestServer({ envOf: () => env })
}
async function restart(more: Record<string, string> = {}) {
  env = more
  await testServer.restart()
}

const body = { reference: 'WEB-1', amount: 1_990, currency: 'ISK', description: 'Lopapeysa' }
async function create(more: object = {}) {
  const response = await merchant(testServer, 'POST', '/v1/checkouts', {
    body: { ...body, ...more },
    headers: { 'idempotency-key': 'order-1' },
  })
  return { status: response.status, id: ((await response.json()) as Created).id }
}
const keyFile = () => `${testServer.databasePath}.key`

describe('the same idempotency key and body', () => {
  it("the same key and body get the same checkout after the provider's secret was rotated", async () => {
    await begin()
    const first = await create()
    expect(first.status).toBe(201)
    await restart({ NETGIRO_SECRET_KEY: 'the-next-secret-of-the-provider' })
    expect(await create()).toEqual({ status: 200, id: first.id })
    expect((await create({ description: 'Sokkar' })).status).toBe(422)
  })

  it('the same key and body get the same checkout while a HASH_KEY is rotated, but not without the former one', async () => {
    await begin({ HASH_KEY: a })
    const first = await create()
    await restart({ HASH_KEY: `${b},${a}` })
    expect(await create()).toEqual({ status: 200, id: first.id })
    await restart({ HASH_KEY: b })
    expect((await create()).status).toBe(422)
  })

  it('the same key and body get the same checkout when a HASH_KEY is set for the first time', async () => {
    await begin()
    const first = await create()
    await restart({ HASH_KEY: a })
    expect(await create()).toEqual({ status: 200, id: first.id })
  })

  it("the same key and body get the same checkout when the database was written with the provider's secret", async () => {
    await begin()
    writeFileSync(keyFile(), secretKey)
    await restart()
    const first = await create()
    rmSync(keyFile())
    for (const more of [
      {},
      { NETGIRO_SECRET_KEY: 'the-next-secret', NETGIRO_PREVIOUS_SECRET_KEY: secretKey },
    ]) {
      await restart(more)
      expect(await create()).toEqual({ status: 200, id: first.id })
    }
  })
})

describe('the key beside the database', () => {
  it('creates the key beside the database once, at random, readable by its owner alone, and never logs it', async () => {
    await begin()
    const key = readFileSync(keyFile(), 'utf8')
    expect(Buffer.from(key, 'base64')).toHaveLength(32)
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    await restart()
    expect(readFileSync(keyFile(), 'utf8')).toBe(key)
    expect(testServer.logged()).not.toContain(key.trim())
  })

  it("the key beside the database is not the provider's secret, which counts among the former ones", async () => {
    await begin()
    const { hmac } = createSecrets(secretKey, () => 0)
    const settings = readConfig({
      ...settingsFor(testServer.simulator),
      DATABASE_URL: `file:${testServer.databasePath}`,
    })
    const { current, former } = hashKeysOf(settings, settings)
    expect(current).toBe(readFileSync(keyFile(), 'utf8').trim())
    expect(former).toEqual([secretKey])
    const secrets = createSecrets(current, () => 0, former)
    expect(secrets.hmac('8223281')).not.toBe(hmac('8223281'))
    expect(secrets.hmacAll('8223281')).toEqual([secrets.hmac('8223281'), hmac('8223281')])
  })

  it('the server does not start when the key beside the database is not usable', async () => {
    await begin()
    const config = readConfig({
      ...settingsFor(testServer.simulator),
      DATABASE_URL: `file:${testServer.databasePath}`,
    })
    writeFileSync(keyFile(), 'short')
    expect(() => hashKeysOf(config, config)).toThrow(/The key beside the database .* is too short/)
    writeFileSync(keyFile(), '')
    expect(() => hashKeysOf(config, config)).toThrow(/too short/)
  })

  it('needs no key file for a database in memory', async () => {
    await begin()
    const config = readConfig({
      ...settingsFor(testServer.simulator),
      DATABASE_URL: 'file::memory:',
    })
    expect(hashKeysOf(config, config).current).not.toBe(hashKeysOf(config, config).current)
  })
})
