import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { slugOf } from '../docs/site/slug.mjs'

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

const generated = new Set(['node_modules', 'dist', '.git', '.cache', 'data'])

/** Every page of the repository, as a path from its root. */
function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return markdownBelow(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const withoutCode = (text: string) =>
  text.replace(/^ *(`{3,})[^]*?^ *\1$/gm, '').replace(/(`+)(?!`).*?[^`]\1(?!`)/g, 'code')

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsIn(page: string): Set<string> {
  const anchors = new Set<string>()
  const text = read(page).replace(/^ *(`{3,})[^]*?^ *\1$/gm, '')
  for (const [, heading = ''] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = slugOf(heading)
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** What a page links to within the repository: Markdown links, reference definitions, `src` and `href`. */
const targetsIn = (page: string) =>
  [
    ...withoutCode(read(page)).matchAll(
      /\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]: (\S+)|(?:src|href)="([^"]+)"/gm,
    ),
  ]
    .map(([, inline, defined, html]) => inline ?? defined ?? html ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))

function isBroken(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, file))) return true
  return anchor !== undefined && !anchorsIn(file).has(anchor)
}

describe('the documentation', () => {
  const markdown = markdownBelow('.')

  it.each(markdown)(
    'the documentation has links only to files and headings that exist: %s',
    (page) => {
      expect(targetsIn(page).filter((target) => isBroken(page, target))).toEqual([])
    },
  )

  it('the navigation of the site has every page of the documentation, and no other', async () => {
    const path = join(root, 'docs/site/navigation.mjs')
    const { navigation } = (await import(path)) as {
      readonly navigation: readonly { readonly pages: readonly (readonly [string, string])[] }[]
    }
    const listed = navigation.flatMap(({ pages }) => pages.map(([, page]) => page))
    expect(listed.filter((page) => !markdown.includes(page))).toEqual([])
    const isNote = (page: string) => /decisions\/\d/.test(page)
    const below = markdown.filter((page) => page.startsWith('docs/') && !isNote(page))
    expect(below.filter((page) => !listed.includes(page))).toEqual([])
  })

  it('the documentation is listed for coding assistants by files that exist', () => {
    const links = targetsIn('llms.txt')
    expect(links.length).toBeGreaterThan(15)
    expect(links.filter((target) => isBroken('llms.txt', target))).toEqual([])
  })

  it.each(markdown)('names only npm scripts that exist: %s', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(page).matchAll(/npm run ([a-z\d:-]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  it('compares or hands over the amount wherever an example marks an order as paid', () => {
    const marking = markdown.flatMap((page) =>
      [
        ...read(page).matchAll(
          /mark_?paid\([^;\n]*|(?<=\n)[^\n]*(?:isPaid = true|\.set\([^\n]*'paid'|[^=!]= 'paid')/gi,
        ),
      ].map(([line]) => `${page}: ${line.trim()}`),
    )
    expect(marking.length).toBeGreaterThan(8)
    expect(marking.filter((one) => !one.includes('amount'))).toEqual([])
  })

  it('follows a payment request through at most 24 files, naming a function in each', () => {
    const steps = [
      ...read('docs/architecture.md').matchAll(/^\d+\. \[(.+?)\]\(\.\.\/(.+?)\) `(\w+)`: /gm),
    ]
    expect(steps.length).toBeGreaterThan(10)
    expect(steps.length).toBeLessThanOrEqual(24)
    const wrong = steps.filter(
      ([, name, path = '', called = '']) =>
        name !== path ||
        !new RegExp(`(function |const |^ +(async )?)${called}( =|[(:<])`, 'm').test(read(path)),
    )
    expect(wrong.map(([step]) => step)).toEqual([])
  })

  it('names the largest size of the script as the size check has it', () => {
    const [, limit = ''] = /'netgiro-checkout': ([\d_]+)/.exec(read('test/size.ts')) ?? []
    const named = markdown
      .filter((page) => page !== 'CHANGELOG.md')
      .flatMap((page) => {
        const sizes = read(page).matchAll(/at most ([\d,]+)\s+bytes/g)
        return [...sizes].map(([, size = '']) => [page, size.replaceAll(',', '_')])
      })
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter(([, size]) => size !== limit)).toEqual([])
  })

  it.each([
    ['README.md', /await document\s*\.querySelector\('netgiro-checkout'\)\s*\.finished/],
    // A bundler may build for browsers without an await at the top of a module, and other modules would wait for the end.
    ['widget/README.md', /^document\.querySelector\('netgiro-checkout'\)\.finished\.then\(/m],
  ])(
    'awaits the end in %s, whose snapshot may have told of it before a listener is there',
    (page, awaited) => {
      const code = (read(page).match(/^ *(`{3,})(html|js)$[^]*?^ *\1$/gm) ?? []).join('\n')
      expect(code).toContain('snapshot="{…}"')
      expect(code).toMatch(awaited)
      expect(code).not.toContain("addEventListener('netgiro-")
    },
  )

  it('keeps README under 200 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThan(200)
  })

  it('says in every decision note when it was made, its status, trade-offs and when to revisit it', () => {
    const notes = readdirSync(join(root, 'docs/decisions')).filter((name) => /^\d{3}-/.test(name))
    const incomplete = notes.filter(
      (name) =>
        !/^# \d{3} .+\n\n\d{4}-\d\d-\d\d · .+\n\n\*\*Decision\.\*\*[^]+^\*\*Trade-offs\.\*\*[^]+^\*\*Revisit when\*\*/m.test(
          read(`docs/decisions/${name}`),
        ),
    )
    expect(incomplete).toEqual([])
    const lines = notes.map((name) => {
      const [, number, title] = /^# (\d{3}) (.+)/.exec(read(`docs/decisions/${name}`)) ?? []
      return `| ${number} | [${title}](${name})`
    })
    const index = read('docs/decisions/README.md')
    expect(lines.filter((line) => !index.includes(line))).toEqual([])
  })
})
