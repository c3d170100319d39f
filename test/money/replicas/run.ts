import { Chaos } from './chaos.ts'
import type { Strike } from './chaos.ts'
import type { OnMoment } from './replica.ts'
import { anyOf, ReplicaSite } from './site.ts'
import type { SiteMode } from './site.ts'
import { pause, plots, Story } from './story.ts'
import { measureTakeover } from './takeover.ts'

/** Orders that are told at the same time. */
const lanes = 6
/** Between two strikes, at most. */
const betweenMs = 1_500
/** A database and a provider of its own for so many strikes: the records of both are read again and again. */
const strikesPerSite = 50
/** Beside an older version, which each server has until its first kill. */
const strikesBesideOld = 8

const modes: readonly SiteMode[] = [
  { api: 'v1', confirmation: 'manual' },
  { api: 'v2', confirmation: 'manual' },
  { api: 'v1', confirmation: 'callback' },
  { api: 'v1', confirmation: 'manual' },
  { api: 'v1', confirmation: 'automatic' },
]

export interface ReplicaRunOptions {
  readonly replicas: number
  readonly kills: number
  readonly stops: number
  /** Of the kills, so many one by one, to measure how soon others ask about the payments; and as many SIGTERMs. */
  readonly measured: number
  /** Where the sources of an older version lie, with which every server begins; it is replaced as it is killed. */
  readonly old?: string | null
  readonly report?: (line: string) => void
}

export interface ReplicaTally {
  kills: number
  stops: number
  orders: number
  captured: number
  paid: number
  questions: number
  repeatedWebhooks: number
  secondCaptures: number
  doubledRequests: number
  /** From a kill until another server asks about a payment, in milliseconds. */
  readonly afterKill: number[]
  readonly afterTerm: number[]
}

/** Kills and stops servers that share a database, while orders are placed, paid, canceled and refunded at all of them. */
export async function replicaRun(options: ReplicaRunOptions): Promise<ReplicaTally> {
  const { kills, stops, measured, old = null, report = () => {} } = options
  const tally: ReplicaTally = { ...noTally, afterKill: [], afterTerm: [] }
  const strikes = shuffled<Strike>([
    ...Array.from({ length: kills - measured }, () => 'kill' as const),
    ...Array.from({ length: stops }, () => 'stop' as const),
  ])
  const sites = Math.max(
    1,
    Math.ceil(strikes.length / (old === null ? strikesPerSite : strikesBesideOld)),
  )
  for (let index = 0; index < sites; index++) {
    const part = <T>(list: readonly T[]) => list.filter((_, at) => at % sites === index)
    const rounds = part(Array.from({ length: measured })).length
    const mode = modes[index % modes.length] ?? { api: 'v1', confirmation: 'manual' }
    await runSite(mode, part(strikes), rounds, options, tally)
    report(summaryOf(tally))
  }
  return tally
}

async function runSite(
  mode: SiteMode,
  strikes: readonly Strike[],
  measured: number,
  { replicas, old = null, report = () => {} }: ReplicaRunOptions,
  tally: ReplicaTally,
): Promise<void> {
  let chaos: Chaos | null = null
  const onMoment: OnMoment = (...moment) => chaos?.onMoment(...moment)
  const site = await ReplicaSite.open(mode, replicas, onMoment, old)
  const stories: Story[] = []
  const nextNumber = () => tally.orders++ + 1
  try {
    for (let round = 0; round < measured; round++) {
      tally.afterKill.push(...(await measureTakeover(site, 'kill', nextNumber)))
      tally.kills++
      tally.afterTerm.push(...(await measureTakeover(site, 'terminate', nextNumber)))
      report(`${nameOf(mode)}: ${round + 1}/${measured} takeovers measured`)
    }
    chaos = new Chaos(site)
    let isOver = strikes.length === 0
    const tell = async () => {
      while (!isOver) {
        const story = new Story(site, nextNumber(), anyOf(plots) ?? 'honest')
        stories.push(story)
        await story.run()
      }
    }
    const told = Promise.all(Array.from({ length: lanes }, tell))
    const struck = strikeAll(chaos, strikes, (line) => report(`${nameOf(mode)}: ${line}`))
    await Promise.race([struck, told])
    isOver = true
    await struck
    await chaos.settle()
    await told
    await judge(site, stories, tally)
    tally.kills += chaos.kills
    tally.stops += chaos.stops
  } finally {
    await site.close()
  }
}

async function strikeAll(chaos: Chaos, strikes: readonly Strike[], report: (line: string) => void) {
  for (const [index, kind] of strikes.entries()) {
    await pause(Math.random() * betweenMs)
    await chaos.strike(kind)
    if ((index + 1) % 10 === 0) report(`${index + 1}/${strikes.length} strikes`)
  }
}

/** Every order once more, and the counts. */
async function judge(site: ReplicaSite, stories: readonly Story[], tally: ReplicaTally) {
  const { monitor, shop } = site
  for (const story of stories) {
    // A click that a paused server has answered since may have sent a request: its shopper decides about that too.
    await story.agree()
    tally.captured += story.carts.filter(({ captures }) => captures > 0).length
    tally.paid += (await story.view())?.status === 'paid' ? 1 : 0
  }
  await site.expectExplained()
  for (const { times } of shop.events.values()) tally.repeatedWebhooks += times > 1 ? 1 : 0
  if (shop.changedBodies > 0) throw new Error('one event id came with two bodies')
  tally.questions += monitor.questions
  tally.secondCaptures += monitor.secondCaptures
  tally.doubledRequests += monitor.doubledRequests
  const [violation] = monitor.violations
  if (violation !== undefined) throw new Error(violation)
}

export function summaryOf(tally: ReplicaTally): string {
  const { kills, stops, orders, captured, paid, questions, repeatedWebhooks } = tally
  const { secondCaptures, doubledRequests, afterKill, afterTerm } = tally
  return [
    `${kills} kills, ${stops} stops longer than a lease, ${orders} orders: ${captured} captured, ${paid} paid and told, ${questions} questions`,
    `${secondCaptures} second captures without a question between, ${doubledRequests} doubled requests, ${repeatedWebhooks} webhooks repeated under the same id`,
    `next question by a successor after kill -9: ${timesOf(afterKill)}; after SIGTERM: ${timesOf(afterTerm)}`,
  ].join('\n')
}

const timesOf = (values: readonly number[]): string =>
  values.length === 0
    ? 'not measured'
    : `p50 ${seconds(quantile(values, 0.5))}, p99 ${seconds(quantile(values, 0.99))} of ${values.length}`

const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

const nameOf = ({ api, confirmation }: SiteMode) => `${api} ${confirmation}`

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value)
}

const noTally = {
  ...{ kills: 0, stops: 0, orders: 0, captured: 0, paid: 0, questions: 0 },
  ...{ repeatedWebhooks: 0, secondCaptures: 0, doubledRequests: 0 },
}
