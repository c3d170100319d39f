import { CrashSite, nameOf, namedPoints } from './crashes.ts'
import type { KillPoint, Tally } from './crashes.ts'
import type { Mode } from './world.ts'

/** So long after the button was pressed, the attempt is being written down, or the call is just on its way. */
const soonMs = 5
/** So long, anything may be going on. */
const laterMs = 80

const confirmations = ['manual', 'callback', 'automatic'] as const

/** A third of the deaths at any time; the others at the named moments, in turn. */
export function pointsFor(kills: number): KillPoint[] {
  return Array.from({ length: kills }, (_, index) => {
    const confirmation = confirmations[index % confirmations.length] ?? 'manual'
    if (index % 6 === 4) return { afterMs: Math.random() * soonMs, confirmation }
    if (index % 6 === 5) return { afterMs: Math.random() * laterMs, confirmation }
    const named = index - 2 * Math.floor(index / 6)
    return namedPoints[(named * 5) % namedPoints.length] ?? { afterMs: 0, confirmation }
  })
}

export async function crashRun(
  kills: number,
  report: (line: string) => void = () => {},
): Promise<{ tally: Tally; summary: string }> {
  const sites = new Map<Mode['confirmation'], CrashSite>()
  const tally: Tally = { kills: 0, orders: 0, captured: 0, paid: 0, toldAgain: 0 }
  const began = Date.now()
  try {
    for (const [index, point] of pointsFor(kills).entries()) {
      const { confirmation } = point
      const site = sites.get(confirmation) ?? (await CrashSite.open(confirmation))
      sites.set(confirmation, site)
      const since = Date.now()
      await site.die(point)
      report(`${index + 1}/${kills} ${nameOf(point)}: agreed ${Date.now() - since} ms later`)
    }
    for (const site of sites.values()) {
      const counts = await site.verdict()
      for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] += counts[key]
    }
  } finally {
    for (const site of sites.values()) await site.close()
  }
  const { orders, captured, paid, toldAgain } = tally
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  const summary =
    `${tally.kills} kills, ${orders} orders: ${captured} captured, ${paid} paid and told, ` +
    `${toldAgain} webhooks told again under the same id, ${seconds} s`
  return { tally, summary }
}
