import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { guards } from './guard-list.ts'

it.each(guards)(
  'the source contains the patched line of a guard exactly once: $name',
  ({ also = [], tests, ...first }) => {
    for (const { file, from, to } of [first, ...also]) {
      expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2)
      expect(to).not.toBe(from)
    }
    for (const test of tests) expect(existsSync(test), test).toBe(true)
  },
)

it('lists the guards that the testing guide lists', () => {
  const guide = readFileSync('docs/testing.md', 'utf8')
  const [, table = ''] = guide.split(/^## Guards$/m)
  const rows = [...table.matchAll(/^\| (.+?) +\|/gm)].map(([, name]) => name)
  const named = rows.filter((name) => name !== 'guard' && !/^-+$/.test(name ?? ''))
  expect(named).toEqual(guards.map(({ name }) => name))
})
