import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { appNames, setupOf, siteNames, sites } from './apps/apps.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/frameworks.md'), 'utf8')
const cell = (isTested: unknown) => (isTested ? 'yes' : '–')
const hydrations: Readonly<Record<string, string>> = {
  ...{ 'late handlers': 'from then on', finished: '`finished`' },
}
const hydration = (by?: string) => hydrations[by ?? ''] ?? cell(by)

/** Below the heading, a row for each framework. */
const rows = (page.split('## What is tested')[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((text) => text.trim()))
  .map((cells) => cells.slice(1, -1))
  .slice(2)

it('lists in the documentation which cases are tested in which framework', () => {
  const ofApps = appNames.map((name) => {
    const { session, registers, isStrict, component, hydrates } = setupOf(name)
    return [name, session, ...[!registers, isStrict, component].map(cell), hydration(hydrates)]
  })
  const ofSites = siteNames.map((name) => [
    ...[name, '–', '–', '–', '–'],
    hydration(sites[name].hydrates),
  ])
  expect(rows).toEqual([...ofApps, ...ofSites])
})
