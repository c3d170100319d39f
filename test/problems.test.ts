import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toProblem } from '../server/http/problem.ts'
import { problemCodes } from '../server/protocol/index.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/problems.md'), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('the page of problem codes', () => {
  it('lists every code once, with its status, title, cause and cure', () => {
    const listed = rows.map(([, code = '', status, title, cause, cure]) => ({
      code: code.replaceAll('`', ''),
      status: Number(status),
      title,
      isExplained: Boolean(cause && cure),
    }))
    const expected = problemCodes.map((code) => {
      const { status, title } = toProblem(code)
      return { code, status, title, isExplained: true }
    })
    const byCode = (one: { code: string }, other: { code: string }) =>
      one.code.localeCompare(other.code)
    expect(listed.sort(byCode)).toEqual(expected.sort(byCode))
  })
})
