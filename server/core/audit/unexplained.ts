import type { Checkout } from '../checkout.ts'
import type { HistoryEntry, OutboxEvent } from '../store.ts'
import { applyLine } from './apply-line.ts'
import { newCheckout } from './as-begun.ts'
import { countOwnDifferences, describe, differences } from './differences.ts'
import { eventProblem, reportsByVersion } from './stored-events.ts'
import type { Report } from './stored-events.ts'

/** Everything that is stored about one checkout. */
export interface StoredCheckout {
  readonly checkout: Checkout
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
  /** In the order in which they were stored. */
  readonly events: readonly OutboxEvent[]
}

interface Replay extends StoredCheckout {
  readonly reports: ReadonlyMap<number, readonly Report[]>
  readonly eventsKeptSince: number
  /** Whether to follow what the stored events contradict: it may explain everything else. */
  readonly isLenient: boolean
}

/** What the lines so far may have led to. */
interface State {
  readonly checkout: Checkout
  /** The first contradiction by a stored event, or by one that is missing. */
  readonly problem: string | null
}

/** Several times what a history leaves open. Beyond that, those closest to what is stored are followed. */
const maxStates = 256

/**
 * Replays a checkout's history through the transitions. A line does not contain its whole input, so every checkout that the
 * lines so far may have led to is followed.
 *
 * @param eventsKeptSince - events from before this time may have been deleted; Unix milliseconds
 * @returns what is stored and does not follow from the history, without personal data; null: all of it follows
 */
export function unexplained(stored: StoredCheckout, eventsKeptSince: number): string | null {
  const reports = reportsByVersion(stored.events)
  const [unreadable] = reports.get(NaN) ?? []
  if (unreadable) return `event ${nameOf(unreadable)}: its body cannot be read`
  const replayed = { ...stored, reports, eventsKeptSince }
  const strict = replay({ ...replayed, isLenient: false })
  if (strict.problems.length === 0) return strayEvent(replayed)
  const lenient = replay({ ...replayed, isLenient: true })
  const saysMore =
    lenient.isComplete && (!strict.isComplete || lenient.problems.length < strict.problems.length)
  return (saysMore ? lenient : strict).problems.join('; ')
}

function strayEvent({ reports, history }: Omit<Replay, 'isLenient'>): string | null {
  const isReplayed = (version: number) => version > 1 && version <= history.length
  const [stray] = [...reports].find(([version]) => !isReplayed(version))?.[1] ?? []
  return stray ? `event ${nameOf(stray)}: stored, not expected` : null
}

const nameOf = ({ event: { id, type } }: Report): string => `${type} (${id})`

interface Replayed {
  readonly problems: readonly string[]
  /** Whether every line could be followed. */
  readonly isComplete: boolean
}

const stopped = (problem: string): Replayed => ({ problems: [problem], isComplete: false })

function replay(replayed: Replay): Replayed {
  const { checkout: stored, history } = replayed
  const [created, ...lines] = history
  if (created?.version !== 1 || created.type !== 'created')
    return stopped('version 1: no line in the history')
  let states: readonly State[] = [{ checkout: newCheckout(stored, created.at), problem: null }]
  for (const [index, line] of lines.entries()) {
    if (line.version !== index + 2) return stopped(`version ${index + 2}: no line in the history`)
    const steps = stepsOf(states, line, replayed)
    const possible = replayed.isLenient ? steps : steps.filter(({ problem }) => problem === null)
    if (possible.length === 0) return stopped(steps[0]?.problem ?? impossible(line, states))
    states = mostLikely(possible, stored, lines.slice(index + 1))
  }
  return { problems: fewestProblems(states, stored), isComplete: true }
}

function stepsOf(
  states: readonly State[],
  line: HistoryEntry,
  { checkout: stored, reports, eventsKeptSince }: Replay,
): readonly State[] {
  const { version, type, at } = line
  const mayBeGone = at < eventsKeptSince
  const found = reports.get(version) ?? []
  return states.flatMap(({ checkout: before, problem }) =>
    applyLine(before, line, stored).map(({ checkout, events }) => {
      const wrong = eventProblem({ types: events, checkout, at, mayBeGone }, found)
      return { checkout, problem: problem ?? (wrong && `version ${version} (${type}): ${wrong}`) }
    }),
  )
}

function impossible({ version, type }: HistoryEntry, states: readonly State[]): string {
  const statuses = new Set(states.map(({ checkout }) => checkout.status))
  return `version ${version} (${type}): not possible after ${[...statuses].join(' or ')}`
}

/**
 * Each state once. An attempt that no further line is about stays as it is: where some states agree with what is stored of it,
 * the others lead nowhere.
 */
function mostLikely(
  states: readonly State[],
  stored: Checkout,
  further: readonly HistoryEntry[],
): readonly State[] {
  if (states.length === 1) return states
  const different = [...new Map(states.map((state) => [JSON.stringify(state), state])).values()]
  const isSettled = (attemptId: string) => !further.some((line) => line.attemptId === attemptId)
  const settled = stored.attempts.filter(({ id }) => isSettled(id))
  const agreeing = different.filter(({ checkout }) =>
    checkout.attempts.every((attempt) => {
      const other = settled.find(({ id }) => id === attempt.id)
      return !other || countOwnDifferences(attempt, other) === 0
    }),
  )
  const possible = agreeing.length > 0 ? agreeing : different
  return possible.length <= maxStates ? possible : ranked(possible, stored).slice(0, maxStates)
}

/** Those closest to what is stored first, and of equals the ones that no event contradicts. */
const ranked = (states: readonly State[], stored: Checkout): readonly State[] =>
  states
    .map((state) => ({
      state,
      distance: 2 * differences(state.checkout, stored).length + (state.problem === null ? 0 : 1),
    }))
    .sort((one, other) => one.distance - other.distance)
    .map(({ state }) => state)

function fewestProblems(states: readonly State[], stored: Checkout): readonly string[] {
  const [best] = ranked(states, stored)
  if (!best) return []
  const different = differences(best.checkout, stored).map(describe)
  return best.problem === null ? different : [best.problem, ...different]
}
