import { readFileSync } from 'node:fs'
import { eventTypes } from '../../server/core/checkout.ts'
import { Metrics } from '../../server/ops/metrics.ts'
import { table, withParts } from './marked-page.ts'

export const metricsPage = 'docs/operations/metrics.md'

/** Every metric of ours as Prometheus reads it; the values stand for nothing. */
export async function scrape(): Promise<string> {
  const metrics = new Metrics(['netgiro'])
  metrics.withReloads()
  metrics.withReadiness(() => Promise.resolve(true))
  metrics.called('netgiro', 'check', 'pending', 100)
  metrics.observe({
    countByStatus: () => Promise.resolve(new Map()),
    backlog: () =>
      Promise.resolve({
        undelivered: 0,
        oldestAt: null,
        oldestByType: new Map(eventTypes.map((type) => [type, 0])),
      }),
    webhooksDisabled: () => false,
    webhooksSpaced: () => false,
    refunds: () => Promise.resolve({ pending: 0, inReview: 0 }),
    inReview: () => Promise.resolve(0),
    tracked: () => 0,
    lateChecksDue: () => Promise.resolve(0),
    openStreams: () => 0,
    now: () => 0,
  })
  return metrics.text()
}

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
  const rows = groups.map((group) => {
    const [, name = '', help = ''] = /^# HELP (\w+) (.+)$/m.exec(group) ?? []
    const [, type = ''] = /^# TYPE \w+ (\w+)$/m.exec(group) ?? []
    const labels = new Set([...group.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label))
    labels.delete('le')
    const labelled = [...labels].map((label) => `\`${label}\``).join(', ')
    return [`\`${name}\``, type, labelled, help, alertsOf(name)]
  })
  const metrics = table(['metric', 'type', 'labels', 'meaning', 'alert'], rows.toSorted())
  return withParts(metricsPage, { metrics })
}
