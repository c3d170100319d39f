import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { groups } from '../mutation/groups.mjs'
import { guards, mutatedGuards } from './guard-list.ts'

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

// As the patterns of Stryker are written.
const matches = (file: string, pattern: string): boolean => {
  const parts: Record<string, string> = {
    '**/': '(.*/)?',
    '*': '[^/]*',
    '{': '(',
    ',': '|',
    '}': ')',
  }
  const source = pattern.replace(/\*\*\/|[*{},.]/g, (part) => parts[part] ?? `\\${part}`)
  return new RegExp(`^${source}$`).test(file)
}

it('every guard that a mutant removes is in a file that is mutated', () => {
  const { mutate } = groups.decisions
  const files = [...new Set(Object.values(mutatedGuards))]
  expect(files.filter((file) => !mutate.some((pattern) => matches(file, pattern)))).toEqual([])
  expect(mutate.some((pattern) => matches('server/http/app.ts', pattern))).toBe(false)
})

it('lists the guards that the testing guide lists', () => {
  const guide = readFileSync('docs/testing.md', 'utf8')
  const [, table = ''] = guide.split(/^## Guards$/m)
  const rows = [...table.matchAll(/^\| (.+?) +\|/gm)].map(([, name]) => name)
  const named = rows.filter((name) => name !== 'guard' && !/^-+$/.test(name ?? ''))
  const listed = [...guards.map(({ name }) => name), ...Object.keys(mutatedGuards)]
  expect(named.sort()).toEqual(listed.sort())
})
