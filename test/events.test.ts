import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventTypes } from '../server/core/checkout.ts'
import { readElement } from './support/elements/read-element.ts'
import { table, withParts } from './support/marked-page.ts'

const page = 'docs/events.md'

const elements = [
  'widget/netgiro-checkout.ts',
  'widget/pos/netgiro-pos.ts',
  'widget/avarda/avarda-checkout.ts',
].map(readElement)

/** Every event of any element, and which of them dispatch it. */
function elementEvents(): string {
  const names = new Set(elements.flatMap(({ events }) => events.map(({ name }) => name)))
  const rows = [...names].map((name) => {
    const from = elements.filter(({ events }) => events.some((event) => event.name === name))
    const tags =
      from.length === elements.length ? 'all' : from.map(({ tag }) => `\`<${tag}>\``).join(', ')
    const [first] = from.flatMap(({ events }) => events.filter((event) => event.name === name))
    return [`\`${name}\``, tags, first?.text ?? '']
  })
  return table(['event', 'element', 'when'], rows)
}

it('docs/events.md lists what the elements dispatch, as npm run docs:reference writes it', async () => {
  await expect(await withParts(page, { elements: elementEvents() })).toMatchFileSnapshot(
    `../${page}`,
  )
})

it('docs/events.md says of every webhook when it is sent and what a shop does', () => {
  const rows = readFileSync(page, 'utf8').matchAll(
    /^\| `(checkout\.\w+)` +\| (\S.+?) \| (\S.+?) \|$/gm,
  )
  expect([...rows].map(([, type]) => type)).toEqual([...eventTypes])
})

it('every page names the version as what tells which of two events is current', () => {
  const rule = 'the one with the highest `data.checkout.version` is current'
  for (const path of ['docs/events.md', 'docs/merchant-api.md'])
    expect(readFileSync(path, 'utf8').replaceAll(/\s+/g, ' '), path).toContain(rule)
  expect(readFileSync('docs/http.md', 'utf8')).not.toMatch(/newer one is current/)
})
