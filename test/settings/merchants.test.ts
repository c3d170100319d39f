import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfiguration } from '../../server/config.ts'

const whsec = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`

const server = { PUBLIC_URL: 'https://pay.agency.is', DATABASE_URL: 'file::memory:' }

const merchantOf = (name: string) => ({
  NETGIRO_APP_ID: `app-of-${name}`,
  NETGIRO_SECRET_KEY: `canary-secret-of-${name}`,
  NETGIRO_API_URL: 'https://api.test.netgiro.is/v1',
  ALLOWED_ORIGINS: [`https://${name}.is`, `https://www.${name}.is`],
  MERCHANT_API_KEY: `canary-api-key-of-${name}-5719`,
  MERCHANT_NAME: `Shop ${name}`,
})

const write = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'merchants-')), 'merchants.json')
  writeFileSync(path, text)
  return path
}

const read = (merchants: unknown, env: Record<string, string> = {}) =>
  readConfiguration({ ...server, ...env, MERCHANTS_FILE: write(JSON.stringify(merchants)) })

const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.message).not.toMatch(/canary/)
    return error.problems
  }
}

const ofFile = (text: string) =>
  problemsOf(() => readConfiguration({ ...server, MERCHANTS_FILE: write(text) }))

describe('a file of merchants', () => {
  it('a file of merchants describes each by the names of the variables, with lists and secrets from files', () => {
    const secret = write('secret-from-a-file\n')
    const webhook = {
      WEBHOOK_URL: 'https://b.is/hook',
      WEBHOOK_SECRET: whsec('x'.repeat(8) + 'a secret of the tests, ok'),
    }
    const rest = { ...merchantOf('b'), NETGIRO_SECRET_KEY: undefined }
    const { merchants, isShared } = read({
      a: merchantOf('a'),
      b: {
        ...rest,
        ...webhook,
        NETGIRO_SECRET_KEY_FILE: secret,
        NETGIRO_CONFIRMATION: 'callback',
        APPROVAL_WINDOW_SECONDS: 60,
        RETIRED: true,
      },
    })
    expect(isShared).toBe(true)
    expect(merchants).toMatchObject([
      {
        merchantId: 'a',
        isRetired: false,
        merchantName: 'Shop a',
        allowedOrigins: new Set(['https://a.is', 'https://www.a.is']),
        confirmation: 'manual',
        approvalTimeoutMs: 180_000,
        webhook: null,
        publicUrl: 'https://pay.agency.is',
      },
      {
        merchantId: 'b',
        isRetired: true,
        netgiro: { appId: 'app-of-b', secretKey: 'secret-from-a-file' },
        confirmation: 'callback',
        approvalTimeoutMs: 60_000,
        webhook: { url: 'https://b.is/hook' },
      },
    ])
  })

  it('a file of merchants stands beside the merchant of the variables, whose settings no other merchant inherits', () => {
    const variables = {
      ...Object.fromEntries(
        Object.entries(merchantOf('own')).map(([name, value]) => [name, String(value)]),
      ),
      ADMIN_TOKEN: 'admin-token-of-the-operator-5719',
      POS_CODE_TRIES: '5',
    }
    const { server: shared, merchants } = read({ a: merchantOf('a') }, variables)
    expect(merchants.map(({ merchantId }) => merchantId)).toEqual(['default', 'a'])
    expect(merchants[1]).toMatchObject({ netgiro: { appId: 'app-of-a' }, adminToken: null })
    // Limits are the server's unless a merchant has its own.
    expect(merchants[1]?.codeTries).toBe(5)
    expect(shared.adminToken).toBe('admin-token-of-the-operator-5719')
  })

  it('a file of merchants is not needed for one merchant, which the variables describe', () => {
    const variables = Object.fromEntries(
      Object.entries(merchantOf('own')).map(([name, value]) => [name, String(value)]),
    )
    const { merchants, isShared } = readConfiguration({ ...server, ...variables })
    expect(isShared).toBe(false)
    expect(merchants).toMatchObject([{ merchantId: 'default', merchantName: 'Shop own' }])
  })

  it('a file of merchants leaves the token of the operator to the operator', () => {
    const { server: shared, merchants } = read(
      { a: { ...merchantOf('a'), ADMIN_TOKEN: 'admin-token-of-merchant-a-5719' } },
      { ADMIN_TOKEN: 'admin-token-of-the-operator-5719' },
    )
    expect(shared.adminToken).toBe('admin-token-of-the-operator-5719')
    expect(merchants[0]?.adminToken).toBe('admin-token-of-merchant-a-5719')
  })
})

describe('a wrong file of merchants', () => {
  it('a wrong file of merchants is refused with all problems of all merchants and of the server at once, without a value', () => {
    const said = problemsOf(() =>
      readConfiguration({
        PORT: '80a',
        MERCHANTS_FILE: write(
          JSON.stringify({
            a: {
              ...merchantOf('a'),
              NETGIRO_CONFIRMATION: 'canary',
              WEBHOOK_URL: 'https://a.is/hook',
            },
            b: { MERCHANT_NAME: 'B', MERCHANT_API_KEY: 'canary', PORT: 80, WEBHOK_URL: 'canary' },
          }),
        ),
      }),
    )
    expect(said.filter((one) => one.startsWith('PUBLIC_URL is missing'))).toHaveLength(1)
    expect(said.filter((one) => one.startsWith('PORT must be a whole number'))).toHaveLength(1)
    expect(said).toContain(
      'MERCHANTS a: NETGIRO_CONFIRMATION must be one of manual, automatic, callback',
    )
    expect(said).toContain('MERCHANTS a: WEBHOOK_SECRET is missing though WEBHOOK_URL is set')
    expect(said).toContain('MERCHANTS b: PORT is no setting of one merchant')
    expect(said).toContain('MERCHANTS b: WEBHOK_URL is no setting of one merchant')
    expect(said.join('\n')).toMatch(/MERCHANTS b: NETGIRO_APP_ID is missing/)
    expect(said.join('\n')).toMatch(/MERCHANTS b: MERCHANT_API_KEY must have at least 16/)
  })

  it.each([
    ['{"a": canary', /must be a JSON object of merchants/],
    ['["canary"]', /must be a JSON object of merchants/],
    ['{"a":{},"a":{}}', /with each name once/],
    ['{"a":{"MERCHANT_NAME":"x","MERCHANT_NAME":"y"}}', /with each name once/],
    ['{}', /holds no merchant/],
    ['{"Canary!":{}}', /holds an id other than a-z/],
    ['{"__proto__":{}}', /holds an id other than a-z/],
    ['{"a":"canary"}', /a: must be an object of settings/],
    ['{"a":{"canary":"x"}}', /a: holds a name that is none of a setting/],
    ['{"a":{"MERCHANT_NAME":{"canary":1}}}', /a: MERCHANT_NAME must be text, a number/],
    ['{"a":{"RETIRED":"canary"}}', /a: RETIRED must be true or false/],
    [
      '{"a":{"NETGIRO_SECRET_KEY_FILE":"/nowhere/canary"}}',
      /a: NETGIRO_SECRET_KEY_FILE names a file that cannot/,
    ],
  ])('explains what is wrong with %s', (text, expected) => {
    expect(ofFile(text).join('\n')).toMatch(expected)
  })

  it('a wrong file of merchants is refused where it cannot be read, beside what is wrong with the variables', () => {
    const said = problemsOf(() => readConfiguration({ MERCHANTS_FILE: '/nowhere' }))
    expect(said).toEqual([
      'MERCHANTS_FILE names a file that cannot be read',
      expect.stringMatching(/^PUBLIC_URL is missing/),
    ])
  })

  it('a wrong file of merchants is refused where two merchants share a credential, or one shares the operator’s', () => {
    const secret = whsec('a secret of thirty-two bytes, ok')
    const hooked = { WEBHOOK_URL: 'https://x.is/hook', WEBHOOK_SECRET: secret }
    const a = { ...merchantOf('a'), ...hooked, ADMIN_TOKEN: 'canary-admin-token-5719' }
    const b = { ...merchantOf('b'), ...hooked, MERCHANT_API_KEY: a.MERCHANT_API_KEY }
    expect(problemsOf(() => read({ a, b }, { ADMIN_TOKEN: a.ADMIN_TOKEN }))).toEqual([
      'MERCHANTS a: ADMIN_TOKEN is also a credential of the variables',
      'MERCHANTS b: MERCHANT_API_KEY is also a credential of a',
      'MERCHANTS b: WEBHOOK_SECRET is also a credential of a',
    ])
  })

  it('a wrong file of merchants is refused where it and the variables describe the same merchant', () => {
    const said = problemsOf(() =>
      read({ default: merchantOf('a') }, { MERCHANT_NAME: 'Half a merchant' }),
    )
    expect(said).toContain('MERCHANTS default: is described by the variables as well: use one')
    expect(said.join('\n')).toMatch(/^NETGIRO_APP_ID is missing/m)
  })
})
