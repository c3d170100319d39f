import type { TrackedAttempt } from '../../../server/core/attempts/tracked-attempt.ts'
import type { Checkout } from '../../../server/core/checkout.ts'
import type { Activity, Answer, Call, Mode, Operation, Replica, World } from './world.ts'

/** Numbers texts in the order in which they are first seen. */
class Numbers {
  readonly #byText = new Map<string, number>()

  of(text: string): number {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    this.#byText.set(text, this.#byText.size)
    return this.#byText.size - 1
  }
}

const contents = new Numbers()
const byObject = new WeakMap<Checkout, number>()

/** A number for everything in a checkout but its version: a story that took more changes to the same end is the same one. */
export function contentOf(checkout: Checkout): number {
  const known = byObject.get(checkout)
  if (known !== undefined) return known
  const number = contents.of(JSON.stringify({ ...checkout, version: 0 }))
  byObject.set(checkout, number)
  return number
}

/** Names everything that the future depends on; two worlds with the same name have the same future. */
export function nameOf(world: World, { skewMs }: Mode): string {
  const { moment, disk, owner, carts, wire, unasked, misreported, told, budget, replicas } = world
  const seen = (checkout: Checkout | null) =>
    checkout ? `${contentOf(checkout)}@${checkout.version - disk.version}` : '-'
  const names = replicas.map(
    (replica, index) => `${owner === index ? 'owner ' : ''}${replicaName(replica, seen)}`,
  )
  // Where their clocks are alike, it does not matter which one is which.
  if (skewMs === 0) names.sort()
  return [
    ...[moment, contentOf(disk), owner === null ? 'free' : ''],
    ...carts.map((cart) => Object.values(cart).join(' ')),
    ...['wire', ...wire.map(callName).sort(), 'unasked', ...unasked],
    ...['misreported', ...misreported, 'told', ...told],
    ...Object.values(budget),
    ...names,
  ].join('|')
}

type Seen = (checkout: Checkout | null) => string

const callName = ({ call, attemptId, detail, since }: Call) =>
  `${call} ${attemptId} ${detail} ${since}`

function replicaName(replica: Replica, seen: Seen) {
  const { isUp, holds, mayCall, isInDoubt, cache, tracked, turn, late } = replica
  if (!isUp) return 'down'
  const flags = `${holds ? 'h' : ''}${mayCall ? 'c' : ''}${isInDoubt ? 'd' : ''}`
  return [
    ...[flags, seen(cache), trackedName(tracked, seen)],
    ...[activityName(turn, seen), activityName(late, seen)],
  ].join(' ')
}

function trackedName(tracked: TrackedAttempt | null, seen: Seen): string {
  if (!tracked) return '-'
  const { checkout, mustPoll, cancelAgain, lastCallAt, lagsUntil, trackedSince } = tracked
  const { standstills, isStalled } = tracked
  return [
    seen(checkout),
    mustPoll,
    cancelAgain,
    lastCallAt,
    lagsUntil,
    trackedSince,
    standstills,
    isStalled,
  ].join(',')
}

/** What its code has been answered so far determines where it is. */
function activityName(activity: Activity | null, seen: Seen): string {
  if (!activity) return '-'
  const { work, log, pending } = activity
  const answers = log.flatMap((line) =>
    line.kind === 'answer' ? [answerName(line.answer, seen)] : [],
  )
  return [...Object.values(work), ...answers, operationName(pending, seen)].join(',')
}

function answerName(answer: Answer, seen: Seen): string {
  if (answer.kind === 'loaded') return `loaded ${seen(answer.checkout)}`
  return answer.kind === 'result' ? JSON.stringify(answer.result) : JSON.stringify(answer)
}

function operationName(operation: Operation, seen: Seen): string {
  if (operation.type === 'call') return callName(operation)
  return operation.type === 'save' ? `save ${seen(operation.checkout)}` : operation.type
}

/** A hash of 53 bits: of a million names, two share one with a probability of 1 : 18,000. */
export function hashOf(text: string): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    one = Math.imul(one ^ code, 2654435761)
    other = Math.imul(other ^ code, 1597334677)
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909)
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909)
  return 4294967296 * (2097151 & other) + (one >>> 0)
}
