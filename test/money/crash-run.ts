import { CrashSite, nameOf, namedPoints, noTally } from './crashes.ts'
import type { KillPoint, Tally } from './crashes.ts'

/** This long after the start, the attempt is being written, or the call has just been sent. */
const soonMs = 5
/** Until then, anything may be in progress. */
const laterMs = 80

const confirmations = ['manual', 'callback', 'automatic'] as const

/** A third of the kills at any time; the others at the named moments, in turn. */
export function pointsFor(kills: number): KillPoint[] {
  return Array.from({ length: kills }, (_, index) => {
    const confirmation = confirmations[index % confirmations.length] ?? 'manual'
    const any = { api: 'v1', confirmation } as const
    if (index % 6 === 4) return { ...any, afterMs: Math.random() * soonMs }
    if (index % 6 === 5) return { ...any, afterMs: Math.random() * laterMs }
    const named = index - 2 * Math.floor(index / 6)
    return namedPoints[(named * 5) % namedPoints.length] ?? { ...any, afterMs: 0 }
  })
}

export async function crashRun(
  kills: number,
  report: (line: string) => void = () => {},
): Promise<{ tally: Tally; summary: string }> {
  const sites = new Map<string, CrashSite>()
  const tally: Tally = { ...noTally }
  const began = Date.now()
  try {
    for (const [index, point] of pointsFor(kills).entries()) {
      const { api, confirmation } = point
      const name = `${api} ${confirmation}`
      const site = sites.get(name) ?? (await CrashSite.open(confirmation, undefined, api))
      sites.set(name, site)
      const since = Date.now()
      await site.killAndRecover(point)
      report(`${index + 1}/${kills} ${nameOf(point)}: agreed ${Date.now() - since} ms later`)
    }
    for (const site of sites.values()) {
      const counts = await site.verdict()
      for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] += counts[key]
    }
  } finally {
    for (const site of sites.values()) await site.close()
  }
  const { orders, captured, paid, repeatedWebhooks, refunded } = tally
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  const summary =
    `${tally.kills} kills, ${orders} orders: ${captured} captured, ${paid} paid and notified, ${refunded} refunded, ` +
    `${repeatedWebhooks} webhooks repeated under the same id, ${seconds} s`
  return { tally, summary }
}
