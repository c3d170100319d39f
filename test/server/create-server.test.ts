import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('createServer takes every setting of .env.example, and no other', () => {
  const [, union = ''] =
    /export type SettingName =([^]*?)\n\n/.exec(readFileSync('server/index.ts', 'utf8')) ?? []
  const names = [...union.matchAll(/'(\w+)'/g)].map(([, name]) => name)
  const settings = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)
  expect(names.sort()).toEqual([...settings].map(([, name]) => name).sort())
})
