import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The rows of the tables of a page whose last column is headed `tests`, as their cells. */
function rowsNamingTests(page: string): string[][] {
  const rows: string[][] = []
  let isInside = false
  for (const line of read(page).split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    if (!line.startsWith('|')) isInside = false
    else if (cells.at(-2) === 'tests') isInside = true
    else if (isInside && !/^[-| ]+$/.test(line)) rows.push(cells.slice(1, -1))
  }
  return rows
}

/** What a cell names: `group` › `title` in `file`, one or more, with `<br>` between. */
const namedIn = (cell: string) =>
  cell.split('<br>').map((one) => {
    const spans = [...one.matchAll(/(`+)(.+?)\1(?!`)/g)].map(([, , text = '']) =>
      text.trim().replaceAll('\\|', '|'),
    )
    return { one, file: spans.at(-1) ?? '', titles: spans.slice(0, -1) }
  })

/** Whether a text stands in a source as a string of its own, whichever quotation marks that has. */
const isWritten = (text: string, source: string) =>
  ["'", '"', '`'].some((quote) =>
    source.includes(quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote),
  )

const pages = ['docs/testing-cases.md', 'docs/threat-model.md']

describe.each(pages)('%s', (page) => {
  it('names tests that are there, by group, title and file', () => {
    const rows = rowsNamingTests(page)
    expect(rows.length).toBeGreaterThan(10)
    const missing = rows
      .flatMap((cells) => namedIn(cells.at(-1) ?? ''))
      .filter(({ file, titles }) => {
        if (titles.length === 0 || !/^test\/.+\.test\.ts$/.test(file)) return true
        const source = existsSync(join(root, file)) ? read(file) : ''
        return !titles.every((title) => isWritten(title, source))
      })
    expect(missing.map(({ one }) => one)).toEqual([])
  })
})

describe('the documentation', () => {
  const markdown = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ]

  it.each(markdown)('links only to files that are there: %s', (page) => {
    const targets = [...read(page).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(
      ([, target = '']) => target,
    )
    const isMissing = (target: string) => !existsSync(join(root, dirname(page), target))
    expect(targets.filter(isMissing)).toEqual([])
  })
})
