import { openAttempt } from '../../../server/core/checkout.ts'
import type { Checkout, Input } from '../../../server/core/checkout.ts'
import type { Coverage, Trouble } from './coverage.ts'
import { checkCall, checkSave } from './invariants.ts'
import { followed, isActionDue, LiveReplica } from './live-replica.ts'
import type { Decide, Progress } from './live-replica.ts'
import { furtherMoves } from './further-moves.ts'
import { answerTo, arrive, awaitingCode, cartOf, faultsOf, lost, refOf } from './provider-model.ts'
import type { Fault } from './provider-model.ts'
import { downReplica, evidence, moments, startedReplica, timeOf } from './world.ts'
import type {
  Activity,
  Answer,
  Budget,
  Call,
  LogLine,
  Mode,
  Operation,
  Replica,
  Snapshot,
  Work,
  World,
} from './world.ts'

/** Something that may happen next. */
export interface Move {
  readonly label: string
  readonly perform: (draft: Draft) => void | Promise<void>
}

type Slot = 'turn' | 'late'

/**
 * What happens to the first write of a process in one move: it succeeds or is refused, also by a database that cannot be
 * reached for longer than a lease; it is written, and whoever asked for it is refused; or the process stands still before it is
 * made or before its answer is read.
 */
type Writes = 'succeed' | 'fail' | 'cut_off' | 'fail_after' | 'stall' | 'stall_after'

/** A world that one move changes. */
export class Draft {
  readonly mode: Mode
  #world: World
  readonly #coverage: Coverage
  /** What happened to the call that the present move is about. */
  fault: Fault | 'none' = 'none'
  /** What befell the process that the present move is about. */
  trouble: Trouble | 'none' = 'none'

  constructor(world: World, mode: Mode, coverage: Coverage) {
    this.#world = world
    this.mode = mode
    this.#coverage = coverage
  }

  get world(): World {
    return this.#world
  }

  set(patch: Partial<World>): void {
    this.#world = { ...this.#world, ...patch }
  }

  inject(fault: Fault): void {
    this.fault = fault
    this.#coverage.addFault(fault)
  }

  afflict(trouble: Trouble): void {
    this.trouble = trouble
    this.#coverage.addTrouble(this.#world.disk.status, trouble)
  }

  spend(what: keyof Budget): void {
    const { budget } = this.#world
    this.set({ budget: { ...budget, [what]: (budget[what] ?? 0) - 1 } })
  }

  replica(index: number): Replica {
    const replica = this.#world.replicas[index]
    if (!replica) throw new Error(`no replica ${index}`)
    return replica
  }

  change(index: number, patch: Partial<Replica>): void {
    const { replicas } = this.#world
    this.set({ replicas: replicas.with(index, { ...this.replica(index), ...patch }) })
  }

  /** Tells the activities of a process what happened beside them. */
  tell(index: number, line: LogLine, except?: Slot): void {
    for (const slot of ['turn', 'late'] as const) {
      const activity = this.replica(index)[slot]
      if (activity && slot !== except)
        this.change(index, { [slot]: { ...activity, log: [...activity.log, line] } })
    }
  }

  snapshotOf(index: number): Snapshot {
    const { holds, mayCall, cache, tracked } = this.replica(index)
    return { moment: this.#world.moment, holds, mayCall, cache, tracked }
  }

  async begin(index: number, slot: Slot, work: Work, writes: Writes = 'succeed'): Promise<void> {
    await this.#run(index, slot, { work, began: this.snapshotOf(index), log: [] }, writes)
  }

  /** The operation that an activity waits for is answered, and it goes on. */
  async answer(index: number, slot: Slot, answer: Answer, writes: Writes = 'succeed') {
    const activity = this.replica(index)[slot]
    if (!activity) throw new Error(`nothing waits in ${slot}`)
    const log = [...activity.log, { kind: 'answer', answer } as const]
    await this.#run(index, slot, { ...activity, log }, writes)
  }

  async #run(
    index: number,
    slot: Slot,
    activity: Omit<Activity, 'pending'>,
    writes: Writes,
  ): Promise<void> {
    const live = new LiveReplica(this.mode, index, activity.began)
    const progress = await live.perform(activity.work, activity.log, this.decide(index, writes))
    const { log } = progress
    const isWritten = writes === 'stall_after' && progress.pending?.type === 'save'
    const pending = isWritten ? ({ type: 'written' } as const) : progress.pending
    this.change(index, { [slot]: pending && { ...activity, log: [...log], pending } })
    this.#keep(index, slot, progress)
    if (pending?.type === 'call') this.#leave(index, pending)
  }

  async record(index: number, input: Input, attemptId: string | null, writes: Writes = 'succeed') {
    const live = new LiveReplica(this.mode, index, this.snapshotOf(index))
    this.#keep(index, null, await live.record(input, attemptId, this.decide(index, writes)))
  }

  async resume(index: number): Promise<void> {
    const live = new LiveReplica(this.mode, index, this.snapshotOf(index))
    this.#keep(index, null, await live.resume(this.#world.disk, this.decide(index)))
  }

  async refresh(index: number): Promise<void> {
    const live = new LiveReplica(this.mode, index, this.snapshotOf(index))
    this.#keep(index, null, await live.refresh(this.decide(index)))
  }

  /** What a process remembers after an activity went on. */
  #keep(index: number, slot: Slot | null, { cache, tracked, published }: Progress): void {
    const now = timeOf(this.#world.moment, index === 1 ? this.mode.skewMs : 0)
    let kept = tracked
    if (slot === 'late') {
      // It looked at an older copy of what the turn beside it changes.
      kept = this.replica(index).tracked
      kept &&= { ...kept }
      for (const checkout of published) kept = followed(kept, checkout, now)
    }
    this.change(index, { cache, tracked: kept && atRest(kept) })
    for (const checkout of published)
      this.tell(index, { kind: 'published', checkout }, slot ?? undefined)
  }

  /** The database answers at once; everything else takes its time. */
  decide(index: number, writes: Writes = 'succeed'): Decide {
    let isFirst = true
    return (operation) => {
      if (operation.type === 'call' || operation.type === 'written') return null
      if (operation.type === 'load') return { kind: 'loaded', checkout: this.#world.disk }
      const wasFirst = isFirst
      isFirst = false
      if (wasFirst && writes === 'stall') return null
      if (wasFirst && writes === 'stall_after')
        return this.write(index, operation).kind === 'written' ? null : { kind: 'threw' }
      // An answer waits until it can be written.
      const canFail = operation.entries.every((entry) => entry.evidence === null)
      if (wasFirst && (writes === 'fail' || writes === 'cut_off') && canFail)
        return { kind: 'threw' }
      const answer = this.write(index, operation)
      if (!wasFirst || writes !== 'fail_after' || answer.kind !== 'written') return answer
      // What may be written is not written again, but for an answer, which finds what is stored.
      if (!canFail) return { kind: 'stale' }
      this.change(index, { isInDoubt: true })
      return { kind: 'threw' }
    }
  }

  write(index: number, operation: Operation & { readonly type: 'save' }): Answer {
    const { disk, owner } = this.#world
    const { checkout, entries } = operation
    // The fence.
    if (owner !== index || !this.replica(index).holds) return { kind: 'threw' }
    if (disk.version !== checkout.version - entries.length) return { kind: 'stale' }
    checkSave(this.#world, operation, this.fault)
    const cause = this.fault === 'none' ? this.trouble : this.fault
    for (const { type } of entries) this.#coverage.add(disk.status, type, cause)
    this.set({ disk: checkout, told: toldAfter(this.#world.told, operation) })
    return { kind: 'written' }
  }

  #leave(index: number, call: Call): void {
    checkCall(this.#world, index, call, this.mode)
    if (call.call === 'capture')
      this.set({ unasked: [...new Set([...this.#world.unasked, call.attemptId])].sort() })
  }
}

/** The explorer decides when a poll is due. */
function atRest(tracked: NonNullable<Replica['tracked']>): NonNullable<Replica['tracked']> {
  const pace = { nextPollAt: -Infinity, nextCancelAt: -Infinity, failures: 0, repeats: 0 }
  return { ...tracked, ...pace, isStalled: false, turn: null, pendingPoll: null }
}

/** An event reports the payments that are known when it is written. */
function toldAfter(
  told: readonly string[],
  { checkout, events }: Operation & { readonly type: 'save' },
): readonly string[] {
  const refunds = events.includes('checkout.refunded')
    ? checkout.refunds.flatMap(({ id, status }) => (status === 'refunded' ? [id] : []))
    : []
  if (!events.some((type) => /paid|review|refunded/.test(type))) return told
  const payments = checkout.attempts.flatMap(({ id, paidAt, paidAmount }) =>
    paidAt === null ? [] : [`${id} ${paidAmount}`],
  )
  const reviews = events.includes('checkout.review') ? [`review ${checkout.review}`] : []
  return [...new Set([...told, ...payments, ...reviews, ...refunds])].sort()
}

/** Everything that may happen next. */
export function movesOf(world: World, mode: Mode): readonly Move[] {
  return [
    ...timeMoves(world),
    ...world.replicas.flatMap((replica, index) => [
      ...lifeMoves(world, replica, index),
      ...(isWriting(replica)
        ? []
        : [
            ...commandMoves(world, replica, index),
            ...workMoves(world, replica, index, mode),
            ...furtherMoves(world, replica, index),
          ]),
      ...(['turn', 'late'] as const).flatMap((slot) =>
        isWriting(replica) && !isWrite(replica[slot])
          ? []
          : pendingMoves(world, replica, index, slot),
      ),
    ]),
    ...providerMoves(world, mode),
  ]
}

const isWrite = (activity: Activity | null): boolean =>
  activity?.pending.type === 'save' || activity?.pending.type === 'written'

/** A process makes one write after the other: nothing else is written before the answer to this one is read. */
const isWriting = ({ turn, late }: Replica): boolean => isWrite(turn) || isWrite(late)

function timeMoves({ moment, replicas, wire }: World): readonly Move[] {
  if (moment + 1 >= moments.length) return []
  const calls = replicas.flatMap(({ turn, late }) => [turn?.pending, late?.pending])
  // Every call has a deadline.
  if (calls.some((pending) => pending?.type === 'call' && pending.since < moment)) return []
  const perform = (draft: Draft) => {
    draft.set({ moment: moment + 1, wire: wire.filter(({ since }) => since === moment) })
    draft.world.replicas.forEach((_, index) =>
      draft.tell(index, { kind: 'moment', moment: moment + 1 }),
    )
  }
  return [{ label: `time passes to ${(moments[moment + 1] ?? 0) / 1000} s`, perform }]
}

/** Processes start, die, stand still, and take over. */
function lifeMoves(world: World, replica: Replica, index: number): readonly Move[] {
  const { budget, owner } = world
  const { isUp, holds, mayCall, turn, late } = replica
  const name = `replica ${index}`
  if (!isUp)
    return [{ label: `${name} starts`, perform: (draft) => draft.change(index, startedReplica) }]
  const moves: Move[] = []
  const add = (isPossible: boolean, label: string, perform: Move['perform']) => {
    if (isPossible) moves.push({ label: `${name} ${label}`, perform })
  }
  add(budget.crashes > 0, 'is killed', (draft) => {
    draft.spend('crashes')
    draft.afflict('crash')
    die(draft, index)
  })
  add(
    mayCall && budget.lapses > 0 && owner === index,
    'stands still longer than its lease',
    (draft) => {
      draft.spend('lapses')
      draft.afflict('standstill')
      lapse(draft, index)
    },
  )
  add(!mayCall, 'goes on', (draft) => wake(draft, index))
  add(replica.isInDoubt && mayCall && !isWriting(replica), 'hears what was written', (draft) =>
    takeUpLate(draft, index),
  )
  const former = owner === null ? undefined : world.replicas[owner]
  const isFree = owner === null || former?.mayCall === false
  add(!holds && !turn && !late && isFree && owner !== index, 'takes over', async (draft) => {
    draft.afflict('takeover')
    draft.set({ owner: index })
    draft.change(index, { holds: true, mayCall: true })
    await draft.resume(index)
  })
  return moves
}

function die(draft: Draft, index: number): void {
  const { turn, late } = draft.replica(index)
  // What has left may arrive without it.
  const left = [turn?.pending, late?.pending].filter((pending) => pending?.type === 'call')
  for (const call of left) if (hasEffect(call)) giveToWire(draft, call)
  draft.change(index, downReplica)
  if (draft.world.owner === index) draft.set({ owner: null })
}

const hasEffect = ({ call }: Call): boolean => call !== 'check' && call !== 'approval'

const giveToWire = (draft: Draft, call: Call): void =>
  draft.set({ wire: [...draft.world.wire, call] })

function lapse(draft: Draft, index: number): void {
  draft.change(index, { mayCall: false })
  draft.tell(index, { kind: 'lease', mayCall: false })
}

/** It renews its lease, or learns that another one has it. */
function wake(draft: Draft, index: number): void {
  draft.change(index, { mayCall: true })
  if (draft.world.owner !== index && draft.replica(index).holds) {
    draft.change(index, { holds: false, isInDoubt: false, cache: null, tracked: null })
    draft.tell(index, { kind: 'dropped' })
  }
  draft.tell(index, { kind: 'lease', mayCall: true })
}

/** As `Merchant.takeUpLate` does. */
async function takeUpLate(draft: Draft, index: number): Promise<void> {
  draft.change(index, { isInDoubt: false })
  const { holds, tracked } = draft.replica(index)
  if (!holds) return
  const stored = openAttempt(draft.world.disk)
  const isDriven = tracked !== null && openAttempt(tracked.checkout)?.id === stored?.id
  if (stored && !isDriven) await draft.resume(index)
  await draft.refresh(index)
}

/** What shopper, shop and provider ask of the process that owns the checkout. */
function commandMoves(world: World, replica: Replica, index: number): readonly Move[] {
  const { budget, moment } = world
  const { isUp, holds, mayCall, cache, turn } = replica
  if (!isUp || !holds || !mayCall || !cache) return []
  const open = openAttempt(cache)
  const isActive = !['paid', 'canceled', 'expired', 'review'].includes(cache.status)
  const moves: Move[] = []
  const add = (isPossible: boolean, label: string, perform: Move['perform']) => {
    if (isPossible) moves.push({ label: `${label} at replica ${index}`, perform })
  }
  const now = timeOf(moment)
  const mayPress =
    budget.presses > 0 && !turn && !open && cache.status === 'open' && cache.closing === null
  const isInTime = cache.expiresAt - now >= 10_000
  for (const [writes, note] of writings) {
    const isAffordable = mayAfford(budget, writes)
    add(mayPress && isInTime && isAffordable, `the shopper presses${note}`, async (draft) => {
      const attemptId = `att_${attemptsIn(world.disk) + 1}`
      draft.spend('presses')
      payFor(draft, writes)
      await draft.begin(index, 'turn', { type: 'press', attemptId }, writes)
      if (lapses(writes)) lapse(draft, index)
    })
  }
  const mayCancel = open !== null && open.outcome === null && open.cancelRequested === null
  const mayClose = isActive && cache.closing === null
  for (const [writes, note] of commandWritings) {
    const isAffordable = mayAfford(budget, writes)
    const command = (what: 'cancels' | 'closes', input: Input) => async (draft: Draft) => {
      draft.spend(what)
      payFor(draft, writes)
      await draft.record(index, input, open?.id ?? null, writes)
    }
    add(
      budget.cancels > 0 && mayCancel && isAffordable,
      `the shopper cancels${note}`,
      command('cancels', { type: 'cancel_requested', by: 'shopper' }),
    )
    add(
      budget.closes > 0 && mayClose && isAffordable,
      `the shop closes${note}`,
      command('closes', { type: 'closing', as: 'canceled' }),
    )
  }
  add(isActive && !open && now >= cache.expiresAt, 'the checkout expires', (draft) =>
    draft.record(index, { type: 'closing', as: 'expired' }, null),
  )
  for (const { id, providerRef, paidAt } of cache.attempts) {
    const isUnnamed = providerRef === null && paidAt === null && cartOf(world, id) !== undefined
    const requested = {
      ...({ type: 'requested', pollIntervalMs: null, evidence } as const),
      providerRef: refOf(id),
    }
    add(isUnnamed, `a callback names the request of ${id}`, (draft) =>
      draft.record(index, requested, id),
    )
  }
  return moves
}

const attemptsIn = ({ attempts }: Checkout): number => attempts.length

const writings = [
  ['succeed', ''],
  ['fail', ', and cannot write that'],
  ['cut_off', ', and cannot write that for longer than its lease'],
  ['fail_after', ', and does not hear that this is written'],
  ['stall', ', and stands still before it writes that'],
  ['stall_after', ', and stands still when that is written'],
] as const satisfies readonly (readonly [Writes, string])[]

const commandWritings = writings.filter(
  ([writes]) => writes === 'succeed' || writes === 'fail_after',
)

/** What befalls the process, and what it is paid for with. */
const troubleOf = {
  fail: null,
  cut_off: 'partition',
  fail_after: 'lost_commit',
  stall: 'standstill',
  stall_after: 'standstill',
} as const satisfies Readonly<Record<Exclude<Writes, 'succeed'>, Trouble | null>>

const lapses = (writes: Writes): boolean =>
  writes === 'cut_off' || writes === 'stall' || writes === 'stall_after'

const mayAfford = (budget: Budget, writes: Writes): boolean =>
  writes === 'succeed' || (lapses(writes) ? budget.lapses > 0 : budget.faults > 0)

/** Call it first. */
function payFor(draft: Draft, writes: Writes): void {
  if (writes === 'succeed') return
  draft.spend(lapses(writes) ? 'lapses' : 'faults')
  const trouble = troubleOf[writes]
  if (trouble) draft.afflict(trouble)
}

/** What a process does by itself. */
function workMoves(world: World, replica: Replica, index: number, mode: Mode): readonly Move[] {
  const { isUp, holds, mayCall, cache, turn, late } = replica
  if (!isUp || !holds) return []
  const moves: Move[] = []
  const now = timeOf(world.moment, index === 1 ? mode.skewMs : 0)
  if (!turn && replica.tracked && isActionDue(mode, replica.tracked, now)) {
    for (const [writes, note] of writings) {
      if (!mayAfford(world.budget, writes)) continue
      moves.push({
        label: `replica ${index} takes the next action${note}`,
        perform: async (draft) => {
          payFor(draft, writes)
          await draft.begin(index, 'turn', { type: 'act' }, writes)
          if (lapses(writes)) lapse(draft, index)
        },
      })
    }
  }
  if (late || !mayCall || world.budget.lateChecks === 0) return moves
  for (const { id, endedAt, paidAt, providerRef } of cache?.attempts ?? []) {
    if (endedAt === null || paidAt !== null || providerRef === null) continue
    moves.push({
      label: `replica ${index} asks about ${id}, which is over`,
      perform: async (draft) => {
        draft.spend('lateChecks')
        await draft.begin(index, 'late', { type: 'late_check', attemptId: id })
      },
    })
  }
  return moves
}

/** What the activity waits for comes about, or goes wrong. */
function pendingMoves(world: World, replica: Replica, index: number, slot: Slot): readonly Move[] {
  const activity = replica[slot]
  if (!activity) return []
  const { pending } = activity
  const where = `at replica ${index}`
  if (pending.type === 'save')
    return [
      {
        label: `what waits ${where} is written`,
        perform: (draft) => {
          draft.trouble = 'standstill'
          return draft.answer(index, slot, draft.write(index, pending))
        },
      },
    ]
  if (pending.type === 'written')
    return [
      {
        label: `what was written ${where} is known there`,
        perform: (draft) => draft.answer(index, slot, { kind: 'written' }),
      },
    ]
  if (pending.type === 'load') return []
  return pending.call === 'approval'
    ? decisions(index, slot, where)
    : arrivals(world, pending, index, slot, where)
}

const decisions = (index: number, slot: Slot, where: string): readonly Move[] =>
  [true, false].map((isApproved) => ({
    label: `the shop ${isApproved ? 'approves' : 'denies'} the capture ${where}`,
    perform: (draft) => draft.answer(index, slot, { kind: 'decision', isApproved }),
  }))

function arrivals(
  world: World,
  call: Call,
  index: number,
  slot: Slot,
  where: string,
): readonly Move[] {
  const { budget } = world
  const name = `${call.call} of ${call.attemptId} ${where}`
  const honestly = async (draft: Draft, writes: Writes) => {
    take(draft, call)
    const result = answerTo(draft.world.carts, call, draft.mode)
    noteAnswer(draft, call, result.type)
    await draft.answer(index, slot, { kind: 'result', result }, writes)
  }
  const moves = writings.flatMap(([writes, note]): readonly Move[] => {
    // An answer that cannot be written waits.
    if (!mayAfford(budget, writes) || writes === 'fail' || writes === 'cut_off') return []
    const perform = async (draft: Draft) => {
      payFor(draft, writes)
      await honestly(draft, writes)
      if (lapses(writes)) lapse(draft, index)
    }
    return [{ label: `${name} is answered${note}`, perform }]
  })
  if (budget.crashes > 0 && hasEffect(call))
    moves.push({
      label: `${name} is answered, and the process is killed before it writes that`,
      perform: (draft) => {
        draft.spend('crashes')
        draft.afflict('crash')
        take(draft, call)
        const { turn, late } = draft.replica(index)
        const other = slot === 'turn' ? late?.pending : turn?.pending
        if (other?.type === 'call' && hasEffect(other)) giveToWire(draft, other)
        draft.change(index, downReplica)
        if (draft.world.owner === index) draft.set({ owner: null })
      },
    })
  if (budget.faults === 0) return moves
  for (const [fault, isEffective, result] of faultsOf(call, cartOf(world, call.attemptId)))
    moves.push({
      label: `${name}: ${fault}`,
      perform: async (draft) => {
        draft.spend('faults')
        draft.inject(fault)
        if (isEffective) take(draft, call)
        if (fault === 'late') giveToWire(draft, call)
        noteAnswer(draft, call, result.type)
        // What it was before the approval.
        const isOfCode = fault === 'stale' && draft.mode.asksForCode
        const answer = { kind: 'result', result: isOfCode ? awaitingCode : result } as const
        await draft.answer(index, slot, answer)
      },
    })
  return moves
}

/** The call has its effect. */
function take(draft: Draft, call: Call): void {
  draft.set({ carts: arrive(draft.world.carts, call, draft.mode) })
}

/** Any answer about the state of an attempt says what became of its capture. */
function noteAnswer(draft: Draft, { call, attemptId }: Call, type: string): void {
  const isAnswer = type !== lost.type && type !== 'not_sent'
  if (isAnswer && (call === 'check' || call === 'capture'))
    draft.set({
      unasked: draft.world.unasked.filter((id) => id !== attemptId),
      misreported: [
        ...draft.world.misreported.filter((id) => id !== attemptId),
        ...(draft.fault === 'other_amount' ? [attemptId] : []),
      ].sort(),
    })
}

/** Payers decide, and requests arrive that nobody waits for any more. */
function providerMoves({ carts, wire }: World, { captureMethod }: Mode): readonly Move[] {
  const payers = carts.flatMap((cart): readonly Move[] => {
    const become = (state: 'approved' | 'canceled') => (draft: Draft) => {
      const approved =
        captureMethod === 'automatic'
          ? ({ state: 'paid', captures: 1 } as const)
          : ({ state: 'reserved' } as const)
      const patch = state === 'approved' ? approved : { state }
      draft.set({ carts: carts.map((one) => (one === cart ? { ...one, ...patch } : one)) })
    }
    // [netgiro] a callback without a 200 cancels the sale, after one more try.
    if (cart.state === 'reserved' && captureMethod === 'callback')
      return [
        {
          label: `the provider gives up the sale of ${cart.attemptId}`,
          perform: become('canceled'),
        },
      ]
    if (cart.state !== 'waiting') return []
    return [
      { label: `the payer approves ${cart.attemptId}`, perform: become('approved') },
      { label: `the payer declines ${cart.attemptId}`, perform: become('canceled') },
    ]
  })
  const late = wire.map((call, index): Move => ({
    label: `the late ${call.call} of ${call.attemptId} arrives`,
    perform: (draft) => {
      draft.set({ wire: wire.filter((_, at) => at !== index) })
      take(draft, call)
    },
  }))
  return [...payers, ...late]
}
