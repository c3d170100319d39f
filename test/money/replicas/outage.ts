import { pause, until } from './pause.ts'
import type { Question } from './call-monitor.ts'
import { paceMs } from './site.ts'
import type { ReplicaSite } from './site.ts'
import { Story } from './story.ts'
import { untilShared } from './takeover.ts'

/** So many payments wait. */
const waitingOrders = 45
/** The database is away for less than a server may go on for without it, and for longer than a lease. */
const outagesMs = [500, 7_500]
/** So many paces are watched before, and after it is back and every payment is asked about again. */
const paces = 3
/** A question may have been held up on its way by this much, so that the next one seems to come sooner. */
const heldUpMs = paceMs / 10

/** How the provider is asked about the payments that wait while the database is killed and comes back. */
export interface OutageCalls {
  /** The most questions within one pace. */
  readonly usual: number
  readonly afterwards: number
  /** Questions that came sooner after the last one about the same payment than the provider wants them. */
  readonly early: number
}

/** @param nextNumber - numbers the orders */
export async function measureOutages(
  site: ReplicaSite,
  nextNumber: () => number,
): Promise<readonly OutageCalls[]> {
  await untilShared(site)
  const orders = Array.from(
    { length: waitingOrders },
    () => new Story(site, nextNumber(), 'honest'),
  )
  await Promise.all(orders.map((order) => order.request()))
  const measured: OutageCalls[] = []
  for (const ms of outagesMs) measured.push(await measureOutage(site, orders, ms))
  await Promise.all(orders.map((order) => order.agree()))
  return measured
}

async function measureOutage(
  site: ReplicaSite,
  orders: readonly Story[],
  ms: number,
): Promise<OutageCalls> {
  const ids = orders.flatMap(({ carts }) => carts.map(({ TransactionId }) => TransactionId))
  const asked = site.monitor.record()
  await untilAsked(asked, ids)
  await pause(paces * paceMs)
  const before = asked.length
  await site.database.outage(ms)
  const back = performance.now()
  const since = () => asked.filter(({ at }) => at >= back)
  await until(() => {
    const known = new Set(since().map(({ id }) => id))
    return ids.every((id) => known.has(id))
  })
  await pause(paces * paceMs)
  site.monitor.stopRecording()
  return {
    usual: mostInOnePace(asked.slice(0, before)),
    afterwards: mostInOnePace(since()),
    early: earlyIn(asked),
  }
}

const untilAsked = (asked: readonly Question[], ids: readonly string[]) =>
  until(() => ids.every((id) => asked.some((question) => question.id === id)))

/** Of questions in the order of their times. */
function mostInOnePace(questions: readonly Question[]): number {
  let [most, from] = [0, 0]
  questions.forEach(({ at }, index) => {
    while (at - (questions[from]?.at ?? at) >= paceMs) from++
    most = Math.max(most, index - from + 1)
  })
  return most
}

function earlyIn(questions: readonly Question[]): number {
  const last = new Map<string, number>()
  let early = 0
  for (const { id, at } of questions) {
    if (at - (last.get(id) ?? -Infinity) < paceMs - heldUpMs) early++
    last.set(id, at)
  }
  return early
}
