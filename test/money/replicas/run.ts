import { addCells } from '../cells/cells.ts'
import type { Cells } from '../cells/cells.ts'
import { Chaos, strikes } from './chaos.ts'
import type { Strike } from './chaos.ts'
import { measureOutages } from './outage.ts'
import type { OutageCalls } from './outage.ts'
import { pause } from './pause.ts'
import type { OnMoment } from './replica.ts'
import { anyOf, ReplicaSite } from './site.ts'
import type { SiteMode } from './site.ts'
import { plots, Story } from './story.ts'
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
  readonly strikes: Readonly<Partial<Record<Strike, number>>>
  /** Of the kills, so many one by one, to measure how soon others ask about the payments; and as many SIGTERMs. */
  readonly measured: number
  /** So many times the database is killed while nothing else happens, twice each, to measure how the provider is asked then. */
  readonly outages?: number
  /** Whether the clock of one server is 5 minutes ahead, and that of another 5 minutes behind. */
  readonly isSkewed?: boolean
  /** Where the sources of an older version lie, with which every server begins; it is replaced as it is killed. */
  readonly old?: string | null
  /** A part of the names of the modes to run in, such as `v2`. */
  readonly only?: string
  readonly report?: (line: string) => void
}

export interface ReplicaTally {
  readonly struck: Record<Strike, number>
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
  readonly outages: OutageCalls[]
  /** In which statuses checkouts were when something happened to a server. */
  readonly cells: Cells
}

/** Strikes servers that share a database, while orders are placed, paid, canceled and refunded at all of them. */
export async function replicaRun(options: ReplicaRunOptions): Promise<ReplicaTally> {
  const {
    strikes: wanted,
    measured,
    outages = 0,
    old = null,
    only = '',
    report = () => {},
  } = options
  const some = modes.filter((mode) => nameOf(mode).includes(only))
  const tally = newTally()
  const list = shuffled(
    strikes.flatMap((kind) => {
      const count = (wanted[kind] ?? 0) - (kind === 'kill' ? measured : 0)
      return Array.from({ length: count }, () => kind)
    }),
  )
  const sites = Math.max(
    1,
    Math.ceil(list.length / (old === null ? strikesPerSite : strikesBesideOld)),
  )
  for (let index = 0; index < sites; index++) {
    const part = <T>(all: readonly T[]) => all.filter((_, at) => at % sites === index)
    const partOf = (count: number) => part(Array.from({ length: count })).length
    const mode = some[index % some.length] ?? { api: 'v1', confirmation: 'manual' }
    const calm = { takeovers: partOf(measured), outages: partOf(outages) }
    await runSite(mode, part(list), calm, options, tally)
    report(summaryOf(tally))
  }
  return tally
}

async function runSite(
  mode: SiteMode,
  list: readonly Strike[],
  calm: { readonly takeovers: number; readonly outages: number },
  { replicas, old = null, isSkewed = false, report = () => {} }: ReplicaRunOptions,
  tally: ReplicaTally,
): Promise<void> {
  let chaos: Chaos | null = null
  const onMoment: OnMoment = (...moment) => chaos?.onMoment(...moment)
  const site = await ReplicaSite.open(mode, replicas, onMoment, { old, isSkewed })
  const stories: Story[] = []
  const nextNumber = () => tally.orders++ + 1
  try {
    for (let round = 0; round < calm.takeovers; round++) {
      tally.afterKill.push(...(await measureTakeover(site, 'kill', nextNumber)))
      tally.struck.kill++
      tally.afterTerm.push(...(await measureTakeover(site, 'terminate', nextNumber)))
      report(`${nameOf(mode)}: ${round + 1}/${calm.takeovers} takeovers measured`)
    }
    if (site.database.mayBeKilled)
      for (let round = 0; round < calm.outages; round++)
        tally.outages.push(...(await measureOutages(site, nextNumber)))
    chaos = new Chaos(site)
    let isOver = list.length === 0
    const tell = async () => {
      while (!isOver) {
        const story = new Story(site, nextNumber(), anyOf(plots) ?? 'honest')
        stories.push(story)
        await story.run()
      }
    }
    const told = Promise.all(Array.from({ length: lanes }, tell))
    const possible = list.filter((kind) => kind !== 'kill_database' || site.database.mayBeKilled)
    const struck = strikeAll(chaos, possible, (line) => report(`${nameOf(mode)}: ${line}`))
    await Promise.race([struck, told])
    isOver = true
    await struck
    await chaos.settle()
    await told
    await judge(site, stories, tally)
    for (const kind of strikes) tally.struck[kind] += chaos.counts[kind]
    addCells(tally.cells, chaos.cells.cells)
  } finally {
    await site.close()
  }
}

async function strikeAll(chaos: Chaos, list: readonly Strike[], report: (line: string) => void) {
  for (const [index, kind] of list.entries()) {
    await pause(Math.random() * betweenMs)
    await chaos.strike(kind)
    if ((index + 1) % 10 === 0) report(`${index + 1}/${list.length} strikes`)
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
  const { struck, orders, captured, paid, questions, repeatedWebhooks } = tally
  const { secondCaptures, doubledRequests, afterKill, afterTerm } = tally
  const befell = strikes.flatMap((kind) =>
    struck[kind] === 0 ? [] : [`${struck[kind]} ${strikeNames[kind]}`],
  )
  return [
    `${befell.join(', ')}; ${orders} orders: ${captured} captured, ${paid} paid and told, ${questions} questions`,
    `${secondCaptures} second captures without a question between, ${doubledRequests} doubled requests, ${repeatedWebhooks} webhooks repeated under the same id`,
    `next question by a successor after kill -9: ${timesOf(afterKill)}; after SIGTERM: ${timesOf(afterTerm)}`,
    ...tally.outages.map(
      ({ usual, afterwards, early }) =>
        `the database was away: at most ${usual} questions in one pace before, ${afterwards} when it was back, ${early} early`,
    ),
  ].join('\n')
}

const strikeNames: Readonly<Record<Strike, string>> = {
  kill: 'kills',
  stop: 'stops longer than a lease',
  cut: 'cuts from the database longer than a lease',
  lose_commit: 'lost COMMITs',
  kill_database: 'kills of the database',
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

const newTally = (): ReplicaTally => ({
  struck: { kill: 0, stop: 0, cut: 0, lose_commit: 0, kill_database: 0 },
  ...{ orders: 0, captured: 0, paid: 0, questions: 0 },
  ...{ repeatedWebhooks: 0, secondCaptures: 0, doubledRequests: 0 },
  ...{ afterKill: [], afterTerm: [], outages: [], cells: new Map() },
})
