import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settingsSchema } from '../../server/settings/table.ts'

it('createServer takes every setting of .env.example, and no other', () => {
  const names = Object.keys(settingsSchema({ allowInsecure: false }).entries)
  const settings = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)
  expect(names.sort()).toEqual([...settings].map(([, name]) => name).sort())
})
