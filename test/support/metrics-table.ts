import { readFileSync } from 'node:fs'
import { eventTypes } from '../../server/core/checkout.ts'
import { Metrics } from '../../server/ops/metrics.ts'
import { table, withParts } from './marked-page.ts'

export const metricsPage = 'docs/operations/metrics.md'

/** Every metric of ours as Prometheus reads it; the values stand for nothing. */
export async function scrape({ isDatabaseAway = false } = {}): Promise<string> {
  const stored = <T>(value: T) => Promise.resolve(isDatabaseAway ? undefined : value)
  const metrics = new Metrics(['netgiro'])
  metrics.withReloads()
  metrics.withReadiness(() => Promise.resolve(true))
  metrics.called('netgiro', 'check', 'pending', 100)
  metrics.observe({
    countByStatus: () => stored(new Map()),
    backlog: () =>
      stored({
        undelivered: 0,
        oldestAt: null,
        oldestByType: new Map(eventTypes.map((type) => [type, 0])),
      }),
    webhooksDisabled: () => false,
    webhooksSpaced: () => false,
    refunds: () => stored({ pending: 0, inReview: 0 }),
    inReview: () => stored(0),
    tracked: () => 0,
    lateChecksDue: () => stored(0),
    openStreams: () => 0,
    now: () => 0,
  })
  return metrics.text()
}

/** The metrics that are read from the database, which is the same at every server of it. */
export async function namesInDatabase(): Promise<ReadonlySet<string>> {
  const away = namesIn(await scrape({ isDatabaseAway: true }))
  return new Set([...namesIn(await scrape())].filter((name) => !away.has(name)))
}

const namesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^\w+/gm)].map(([name]) => name))

/** By metric, the alerts that look at it. */
function alertsOf(name: string): string {
  const rules = readFileSync('docs/operations/monitoring/alerts.yml', 'utf8')
    .split('- alert: ')
    .slice(1)
  return rules
    .filter((rule) => new RegExp(`\\b${name}(_bucket)?\\b`).test(rule))
    .map((rule) => /^\w+/.exec(rule)?.[0] ?? '')
    .map((alert) => `[${alert}](incidents.md#${alert.toLowerCase()})`)
    .join(', ')
}

/** The page of metrics with its table made from the metrics themselves. */
export async function renderMetricsPage(): Promise<string> {
  const groups = (await scrape()).split(/\n+(?=# HELP )/)
  const inDatabase = await namesInDatabase()
  const rows = groups.map((group) => {
    const [, name = '', help = ''] = /^# HELP (\w+) (.+)$/m.exec(group) ?? []
    const [, type = ''] = /^# TYPE \w+ (\w+)$/m.exec(group) ?? []
    const labels = new Set([...group.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label))
    labels.delete('le')
    const labelled = [...labels].map((label) => `\`${label}\``).join(', ')
    const of = inDatabase.has(name) ? 'database' : 'server'
    return [`\`${name}\``, type, of, labelled, help, alertsOf(name)]
  })
  const metrics = table(['metric', 'type', 'of', 'labels', 'meaning', 'alert'], rows.toSorted())
  return withParts(metricsPage, { metrics })
}
