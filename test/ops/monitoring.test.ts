import { readFileSync, readdirSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { securityEvents } from '../../server/core/errors.ts'
import { namesInDatabase } from '../support/metrics-table.ts'
import { merchantEntry, withoutVariables } from '../support/merchants.ts'
import { startTestServer } from '../support/test-server.ts'

const read = (name: string) =>
  readFileSync(new URL(`../../docs/operations/${name}`, import.meta.url), 'utf8')
const alerts = read('monitoring/alerts.yml')
const dashboard = read('monitoring/dashboard.json')
/** The server as it is written, one file after the other. */
const sources = readdirSync('server', { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(?!dist\b|node_modules\b).+\.ts$/.test(path))
  .map((path) => readFileSync(`server/${path}`, 'utf8'))
  .join('\n')
const files = { 'alerts.yml': alerts, 'dashboard.json': dashboard.replaceAll('\\"', '"') }

const token = 'admin-token-of-the-tests-0123456789'
/** Of a server with one merchant, and of one with several. */
let scraped: string
beforeAll(async () => {
  const several = ({ apiUrl }: Simulator) => ({
    ...withoutVariables,
    MERCHANTS: JSON.stringify({ a: merchantEntry('a', apiUrl), b: merchantEntry('b', apiUrl) }),
  })
  scraped = (await scrape()) + (await scrape(several))
})

async function scrape(envOf: (simulator: Simulator) => object = () => ({})): Promise<string> {
  const testServer = await startTestServer({
    envOf: (simulator) => ({ ...envOf(simulator), ADMIN_TOKEN: token }),
  })
  const headers = { authorization: `Bearer ${token}` }
  const text = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
  await testServer.close()
  return text
}

/** The metric itself, and for a histogram what its buckets are called. */
const exists = (name: string) =>
  scraped.includes(`# TYPE ${name.replace(/_bucket$/, '')} `) ? [] : [name]

it.each(Object.entries(files))('%s names only metrics that exist', (_, text) => {
  const names = text.match(/\b(?:netgiro|nodejs|process)_\w+/g) ?? []
  expect(names.length).toBeGreaterThan(5)
  expect(names.flatMap(exists)).toEqual([])
})

it.each(Object.entries(files))('%s selects only label values that exist', (_, text) => {
  const selectors = [...text.matchAll(/(netgiro_\w+)\{(\w+)=(~?)"([^"]+)"\}/g)]
  expect(selectors).not.toEqual([])
  for (const [selector, metric = '', label = '', , values = ''] of selectors) {
    // The outcomes of calls are counted when they occur.
    if (metric === 'netgiro_provider_calls_total') continue
    for (const value of values.split('|')) {
      const series = new RegExp(`^${metric}\\{${label}="${value}"`, 'm')
      expect(scraped, `${selector}: ${value}`).toMatch(series)
    }
  }
})

/** By alert, what it asks Prometheus. */
const rules = (
  parse(alerts) as { groups: { rules: { alert: string; expr: string }[] }[] }
).groups.flatMap((group) => group.rules)

it.each(rules)('$alert tells one merchant from another, if it is about merchants', ({ expr }) => {
  const isOfServer = /\bup\{|netgiro_(?:ready|merchants_)/.test(expr)
  const aggregations = [...expr.matchAll(/\b(?:sum|max|min|avg|count)\s*(?:by \(([^)]*)\))?/g)]
  for (const [, labels = ''] of aggregations)
    expect(labels.split(', ').includes('merchant') || isOfServer, expr).toBe(true)
})

/** What each file asks Prometheus. */
const expressions = {
  'alerts.yml': rules.map(({ expr }) => expr),
  'dashboard.json': (
    JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }
  ).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
}

it.each(Object.entries(expressions))(
  '%s takes what several servers read from one database once, not once for each of them',
  async (_, asked) => {
    const names = await namesInDatabase()
    const stored = asked.flatMap((expr) =>
      [...expr.matchAll(/netgiro_\w+/g)]
        .filter(([name]) => names.has(name))
        .map(({ 0: name, index }) => `${expr.slice(0, index)}${name}`),
    )
    expect(stored.length).toBeGreaterThan(3)
    for (const expr of stored)
      expect(expr).toMatch(/max by \((?:merchant|merchant, \w+)\) \((?:delta\()?\w+$/)
  },
)

it('tells of a provider that fails beside another one that is busier', () => {
  const { expr = '' } = rules.find(({ alert }) => alert === 'NetgiroProviderFails') ?? {}
  expect(expr.match(/sum by \(merchant, provider\)/g)).toHaveLength(2)
})

it('every security event but the one that is about a single checkout has an alert', () => {
  const patterns = rules.flatMap(({ expr }) =>
    [...expr.matchAll(/netgiro_security_events_total\{event=~"([^"]+)"/g)].map(
      ([, pattern = '']) => new RegExp(`^(?:${pattern})$`),
    ),
  )
  const unseen = securityEvents.filter((event) => !patterns.some((one) => one.test(event)))
  expect(unseen).toEqual(['limit_checkout'])
})

it('quotes in the runbook only lines that the server logs', () => {
  const quoted = [...read('incidents.md').matchAll(/`([a-z]+(?: [a-z]+)+)`/g)].map(
    ([, line = '']) => line,
  )
  expect(quoted.length).toBeGreaterThan(1)
  expect(quoted.filter((line) => !sources.includes(`'${line}'`))).toEqual([])
})

it('every alert has a section in the runbook, and nothing else has one', () => {
  const named = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
  const explained = [...read('incidents.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(10)
  expect(explained).toEqual(named)
})
