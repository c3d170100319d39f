import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'
import { renderSettingsPage, secretNames, settingsPage } from '../support/settings-table.ts'

/** Every variable that is looked at, found out by looking on: where none is set, and where all are. */
function variables(): string[] {
  const read = new Set<string>()
  for (const everywhere of [undefined, 'x']) {
    const look = (_: object, name: string | symbol) => {
      if (typeof name !== 'string') return undefined
      read.add(name.replace(/_FILE$/, ''))
      return name.endsWith('_FILE') ? undefined : everywhere
    }
    expect(() => readConfig(new Proxy({}, { get: look }))).toThrow(ConfigError)
  }
  return [...read].sort()
}

const known = variables()

it('.env.example names every variable that the server reads, and no other', () => {
  const lines = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)
  expect([...lines].map(([, name]) => name).sort()).toEqual(known)
})

it('docs/settings.md describes every variable that the server reads, and no other', () => {
  const rows = readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `([A-Z0-9_]+)` +\|/gm)
  expect([...rows].map(([, name]) => name).sort()).toEqual(known)
})

it('docs/settings.md has the table that npm run docs:settings makes from the settings', async () => {
  await expect(await renderSettingsPage()).toMatchFileSnapshot(`../../${settingsPage}`)
})

it('.env.example names no way to rotate keys in one step', () => {
  expect(readFileSync('.env.example', 'utf8')).not.toMatch(/new key in front/)
})

it('.env.example holds no secret but the published one of the sandbox', () => {
  const pairs = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(.+)$/gm)
  const filled = [...pairs].map(([, name = '']) => name)
  expect(filled.filter((name) => secretNames.includes(name))).toEqual(['NETGIRO_SECRET_KEY'])
})

it('.env.example is a configuration that lacks only what must be made up', () => {
  const pairs = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$/gm)
  const env = {
    ...Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value])),
    MERCHANT_API_KEY: 'merchant-key-of-the-tests-0123456789',
    WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`,
    ADMIN_TOKEN: 'admin-token-of-the-tests-0123456789',
    AVARDA_SITE_CODE: 'site',
    AVARDA_SITE_PASSWORD: 'password',
  }
  expect(readConfig(env)).toMatchObject({ port: 8787, metricsPort: 9464, maxStreams: 20_000 })
})

it('the recipes for operators set only variables that the server reads', () => {
  const folder = 'docs/operations'
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const set = files
    .filter((file) => /\.(?:md|service|timer|conf)$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/\b([A-Z][A-Z0-9_]+?)(?:_FILE)?=/g),
    ])
    .map(([, name = '']) => name)
  expect(set).toContain('DATABASE_URL')
  // `NAME_FILE` stands for any secret; `REPLICAS` is read by the demo.
  const others = ['NAME', 'REPLICAS']
  expect(set.filter((name) => !known.includes(name) && !others.includes(name))).toEqual([])
})
