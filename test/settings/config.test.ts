import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'

const complete = {
  NETGIRO_APP_ID: 'app',
  NETGIRO_SECRET_KEY: 'canary-secret',
  NETGIRO_API_URL: 'https://api.test.netgiro.is/v1/',
  PUBLIC_URL: 'https://pay.shop.is/',
  ALLOWED_ORIGINS: 'https://shop.is, https://www.shop.is/',
  MERCHANT_API_KEY: 'canary-key-0123456789',
  MERCHANT_NAME: 'Ullarbúðin',
}
const problems = (env: Record<string, string | undefined>) => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.message).not.toMatch(/canary/)
    return error.problems
  }
}

describe('the configuration', () => {
  it('the configuration has defaults for everything that is not set', () => {
    expect(readConfig(complete)).toMatchObject({
      netgiro: { apiUrl: 'https://api.test.netgiro.is/v1' },
      publicUrl: 'https://pay.shop.is',
      allowedOrigins: new Set(['https://shop.is', 'https://www.shop.is']),
      confirmation: 'manual',
      databaseUrl: 'file:./data/checkout.db',
      host: '127.0.0.1',
      port: 8787,
      approvalTimeoutMs: 180_000,
      lifetimeMs: 86_400_000,
      webhook: null,
      logLevel: 'info',
    })
  })

  it('reports every missing setting at once', () => {
    const required = Object.keys(complete)
    const said = problems({})
    expect(said).toHaveLength(required.length)
    for (const name of required) expect(said.join('\n')).toContain(name)
  })

  it.each([
    ['NETGIRO_API_URL', 'api.test.netgiro.is', /NETGIRO_API_URL must be an http/],
    ['NETGIRO_CONFIRMATION', 'canary', /must be one of manual, automatic, callback/],
    ['PUBLIC_URL', 'ftp://pay.shop.is', /PUBLIC_URL must be/],
    ['PUBLIC_URL', 'https://user:canary@pay.shop.is', /PUBLIC_URL must be/],
    ['ALLOWED_ORIGINS', 'https://shop.is/cart', /ALLOWED_ORIGINS must list origins/],
    ['ALLOWED_ORIGINS', '*', /ALLOWED_ORIGINS must list origins/],
    ['MERCHANT_API_KEY', 'canary', /at least 16 characters/],
    ['MERCHANT_API_KEY', Array(3).fill('canary-key-0123456789').join(), /two keys at most/],
    ['PORT', '80a', /PORT must be a whole number from 0 to 65535/],
    ['APPROVAL_WINDOW_SECONDS', '5', /from 30 to 900/],
    ['DATABASE_URL', 'mysql://canary', /DATABASE_URL must be/],
    ['WEBHOOK_URL', 'https://shop.is/hook', /WEBHOOK_SECRET is missing/],
    ['WEBHOOK_SECRET', 'canary', /WEBHOOK_URL is missing/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL must be one of/],
  ])('explains what is wrong with %s=%s without quoting the value', (name, value, expected) => {
    const said = problems({ ...complete, [name]: value })
    expect(said.join('\n')).toMatch(expected)
    if (!/^\d|^ftp|^https:\/\/shop|^\*|loud|api/.test(value))
      expect(said.join('\n')).not.toContain(value)
  })

  it('reads a secret from a file, and refuses it from both', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'secret')
    writeFileSync(path, 'from-the-file\n')
    const rest = { ...complete, NETGIRO_SECRET_KEY: undefined }
    expect(readConfig({ ...rest, NETGIRO_SECRET_KEY_FILE: path }).netgiro.secretKey).toBe(
      'from-the-file',
    )
    expect(problems({ ...complete, NETGIRO_SECRET_KEY_FILE: path }).join()).toMatch(/both set/)
    expect(problems({ ...rest, NETGIRO_SECRET_KEY_FILE: '/nowhere' }).join()).toMatch(
      /cannot be read/,
    )
  })
})
