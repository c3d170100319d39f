import { readFileSync } from 'node:fs'
import type { Package } from 'custom-elements-manifest'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { vsCodeData, webTypes } from './support/elements/editor-data.ts'
import { llmsText } from './support/elements/llms.ts'
import { manifestOf } from './support/elements/manifest.ts'
import { readElement } from './support/elements/read-element.ts'
import { tablesOf } from './support/elements/tables.ts'

const elements = [
  'widget/netgiro-checkout.ts',
  'widget/pos/netgiro-pos.ts',
  'widget/avarda/avarda-checkout.ts',
].map(readElement)
const [checkout] = elements
const page = 'docs/elements.md'
const { version } = JSON.parse(readFileSync('widget/package.json', 'utf8')) as { version: string }

const formatted = async (file: string, text: string) =>
  format(text, { ...(await resolveConfig(file)), filepath: file })

/** The page with the tables between their marks replaced. */
function pageWithTables(): string {
  const tables = tablesOf(checkout!)
  return readFileSync(page, 'utf8').replace(
    /(<!-- ([\w ]+):begin -->)[^]*?(<!-- \2:end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n\n${tables[name] ?? ''}\n\n${end}`,
  )
}

describe('what npm run docs:elements makes of the elements’ comments', () => {
  it.each([
    ['custom-elements.json', manifestOf(elements)],
    ['vscode.html-custom-data.json', vsCodeData(elements)],
    ['web-types.json', webTypes(elements, version)],
  ])('widget/%s is what the comments say', async (name, content) => {
    const file = `widget/${name}`
    const text = await formatted(file, JSON.stringify(content))
    await expect(text).toMatchFileSnapshot(`../${file}`)
  })

  it('widget/llms.txt is what the comments say', async () => {
    await expect(llmsText(elements)).toMatchFileSnapshot('../widget/llms.txt')
  })

  it('the tables of docs/elements.md are what the comments say', async () => {
    const text = await formatted(page, pageWithTables())
    for (const name of Object.keys(tablesOf(checkout!)))
      expect(text).toContain(`<!-- ${name}:begin -->`)
    await expect(text).toMatchFileSnapshot(`../${page}`)
  })
})

it.each(elements.map((element) => [element.tag, element] as const))(
  'the comment of <%s> says something once about each of its methods, events, attributes and parts',
  (_, { methods, events, attributes, properties, slots, parts, cssProperties }) => {
    for (const entry of [...methods, ...events, ...attributes, ...properties])
      expect([entry.type, entry.text].every(Boolean), entry.name).toBe(true)
    for (const entry of [...slots, ...parts, ...cssProperties])
      expect(entry.text, entry.name).not.toBe('')
    for (const list of [methods, events, attributes, properties, slots, parts, cssProperties])
      expect(new Set(list.map(({ name }) => name)).size).toBe(list.length)
    expect(
      Math.min(...[methods, events, attributes, slots, parts].map(({ length }) => length)),
    ).toBeGreaterThan(2)
  },
)

it('the manifest names the modules that the package exports', () => {
  const manifest: Package = manifestOf(elements)
  expect(manifest.modules.map(({ path }) => path)).toEqual([
    'dist/widget/netgiro-checkout.js',
    'dist/widget/pos/netgiro-pos.js',
    'dist/widget/avarda/avarda-checkout.js',
  ])
})

/** The names that the interface of an element's attributes declares, with those that all elements have. */
function typedAttributes(className: string): string[] {
  const source = readFileSync('widget/attributes.ts', 'utf8')
  const bodyOf = (name: string) =>
    new RegExp(`interface ${name}\\b[^{]*\\{([^}]*)\\}`).exec(source)?.[1] ?? ''
  return [bodyOf('CommonAttributes'), bodyOf(`${className}Attributes`)].flatMap((body) =>
    [...body.matchAll(/readonly '?([\w-]+)'?\?:/g)].map(([, name = '']) => name),
  )
}

it.each(elements.map((element) => [element.tag, element] as const))(
  'every attribute of <%s> is typed for the templates of frameworks',
  (_, { className, attributes }) => {
    expect(typedAttributes(className).sort()).toEqual(attributes.map(({ name }) => name).sort())
  },
)

it('the manifest names each property once, and says which may be set', () => {
  for (const { declarations } of manifestOf(elements).modules) {
    const [declaration] = declarations ?? []
    const members = declaration?.kind === 'class' ? (declaration.members ?? []) : []
    const fields = members.filter((member) => member.kind === 'field')
    const names = fields.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).not.toEqual(expect.arrayContaining(['theme']))
    const fixed = fields.filter(({ readonly }) => readonly).map(({ name }) => name)
    expect(fixed).toEqual(['outcome', 'finished', 'problem'])
  }
})

it('the component for React has a handler for every event', () => {
  const source = readFileSync('widget/react.ts', 'utf8')
  for (const { name } of checkout!.events) expect(source).toContain(`'${name}': '`)
})
