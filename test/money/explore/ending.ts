import { graceAfterLifetimeMs } from '../../../server/core/attempts/next-action.ts'
import type { ProviderResult, RefundResult } from '../../../server/core/checkout.ts'
import { isFinal } from '../../../server/protocol/index.ts'
import { Coverage } from './coverage.ts'
import { contentOf } from './identity.ts'
import { Violation } from './invariants.ts'
import { LiveReplica } from './live-replica.ts'
import type { Decide } from './live-replica.ts'
import { Draft } from './moves.ts'
import {
  absent,
  answerTo,
  arrive,
  lost,
  notSent,
  reserved,
  silent,
  tooLate,
  waiting,
} from './provider-model.ts'
import { startedReplica, timeOf } from './world.ts'
import type { Call, Mode, World } from './world.ts'

type Calls = Readonly<Record<'check' | 'cancel' | 'capture', (call: Call) => ProviderResult>>

const always = (result: ProviderResult) => () => result
const approved = ({ attemptId }: Call) => reserved(attemptId)

/** How a provider may behave from now on without ever settling anything. */
export const habits: Readonly<Record<string, Calls>> = {
  'returns no readable answer': {
    check: always(silent),
    cancel: always(lost),
    capture: always(lost),
  },
  'cannot be reached': {
    check: always(notSent),
    cancel: always(notSent),
    capture: always(notSent),
  },
  'always reports pending': { check: always(waiting), cancel: always(lost), capture: always(lost) },
  'reports pending, and too late to cancel': {
    check: always(waiting),
    cancel: always(tooLate),
    capture: always(lost),
  },
  'always reports the request as absent': {
    check: always(absent),
    cancel: always(lost),
    capture: always(lost),
  },
  'reports it as absent, and too late to cancel': {
    check: always(absent),
    cancel: always(tooLate),
    capture: always(lost),
  },
  'always reports approved and captures nothing': {
    check: approved,
    cancel: always(lost),
    capture: always(lost),
  },
  'reports approved, and too late to cancel': {
    check: approved,
    cancel: always(tooLate),
    capture: always(lost),
  },
}

/** A process that begins after the grace asks for this long first. */
const graceAfterStartMs = 300_000
/** The last poll before a review may be this long ago, and its answer takes a turn. */
const slackMs = 61_000
/** More actions than any attempt takes until its end. */
const maxActions = 2_000

const minutes = 60_000

/** Lets a world go on to its end: every process dies, and another one starts on what is on disk. */
class Ending {
  readonly #draft: Draft
  readonly #live: LiveReplica
  readonly #decide: Decide
  readonly #began: number

  constructor(
    world: World,
    mode: Mode,
    answer: (draft: Draft, call: Call) => ProviderResult | RefundResult,
  ) {
    const { moment } = world
    const alone = { ...world, owner: 0, replicas: [{ ...startedReplica, holds: true }] }
    const draft = new Draft(alone, mode, new Coverage())
    const snapshot = { moment, holds: true, mayCall: true, cache: null, tracked: null }
    const write = draft.decide(0)
    this.#draft = draft
    this.#live = new LiveReplica(mode, 0, snapshot, true)
    this.#began = timeOf(moment)
    this.#decide = (operation, live) => {
      if (operation.type !== 'call') return write(operation, live)
      if (operation.call === 'approval') return { kind: 'decision', isApproved: true }
      return { kind: 'result', result: answer(draft, operation) }
    }
  }

  get world(): World {
    return this.#draft.world
  }

  /** How long after the end of the lifetime, in milliseconds. */
  get lateMs(): number {
    return this.#live.now - Math.max(this.world.disk.expiresAt, this.#began)
  }

  async run(): Promise<void> {
    await this.#live.resume(this.world.disk, this.#decide)
    await this.#toEnd()
  }

  async #toEnd(): Promise<void> {
    const live = this.#live
    for (let count = 0; count < maxActions; count++) {
      const { disk } = this.world
      const action = live.nextAction()
      if (action) {
        live.now = Math.max(live.now, action.at)
        await live.perform({ type: 'act' }, [], this.#decide)
      } else {
        if (isFinal(disk.status)) return
        live.now = Math.max(live.now, disk.expiresAt)
        await live.record({ type: 'closing', as: 'expired' }, null, this.#decide)
      }
    }
    throw new Violation(`ends: it stays ${this.world.disk.status} for ever`)
  }

  /** Asks for every refund that is pending. */
  async settleRefunds(): Promise<void> {
    for (const { id: refundId, status } of this.world.disk.refunds) {
      if (status !== 'pending') continue
      const work = { type: 'refund', attemptId: 'att_1', refundId } as const
      await this.#live.perform(work, [], this.#decide)
    }
  }

  /** Asks about every attempt that is over, as often as it takes for a mismatch to be believed. */
  async askLate(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      for (const { id, endedAt, paidAt, providerRef } of this.world.disk.attempts) {
        if (endedAt === null || paidAt !== null || providerRef === null) continue
        this.#live.now += minutes
        await this.#live.perform({ type: 'late_check', attemptId: id }, [], this.#decide)
        await this.#toEnd()
      }
    }
  }
}

function checkRefundsAtEnd({ disk, carts, told }: World): void {
  const made = carts.flatMap(({ refunds }) => refunds)
  for (const { id, status } of disk.refunds) {
    if (status === 'pending') throw new Violation(`ends: ${id} is never settled`)
    if ((status === 'refunded') !== made.includes(id))
      throw new Violation(`refund: ${id} is ${status} here, and not at the provider`)
    if (status === 'refunded' && !told.includes(id))
      throw new Violation(`refund: nobody was told of ${id}`)
  }
}

/** Checks, from every state, that everything ends, and that what was paid is known at the end. */
export class Endings {
  readonly #mode: Mode
  readonly #seen = new Set<string>()
  /** How many different states of the database were taken to their end, with every habit. */
  get count(): number {
    return this.#seen.size
  }

  constructor(mode: Mode) {
    this.#mode = mode
  }

  /** @throws Violation */
  async check(world: World): Promise<void> {
    const { moment, disk, carts, told, wire } = world
    const known = carts.map(({ attemptId, state, refunds }) =>
      [attemptId, state, ...refunds].join(' '),
    )
    const left = wire.map(({ call, attemptId, detail }) => [call, attemptId, detail].join(' '))
    const name = [moment, contentOf(disk), ...known, ...left, ...told].join('|')
    if (this.#seen.has(name)) return
    this.#seen.add(name)
    await this.#checkHonest(world)
    for (const [habit, calls] of Object.entries(habits)) await this.#checkEnds(world, habit, calls)
  }

  async #checkEnds(world: World, habit: string, calls: Calls): Promise<void> {
    const ending = new Ending(world, this.#mode, (_, call) => {
      const { call: name } = call
      if (name === 'check' || name === 'cancel' || name === 'capture') return calls[name](call)
      throw new Error('nothing starts')
    })
    try {
      await ending.run()
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      throw new Violation(`a provider that ${habit}: ${error.message}`)
    }
    const most = Math.max(graceAfterLifetimeMs.canCancel, graceAfterStartMs) + slackMs
    if (ending.lateMs > most)
      throw new Violation(`ends: ${ending.lateMs} ms late, where a provider ${habit}`)
  }

  /** Nothing goes wrong any more: every payment is told, or a person is called where its id was never known. */
  async #checkHonest(world: World): Promise<void> {
    const { wire } = world
    let { carts } = world
    for (const call of wire) carts = arrive(carts, call, this.#mode)
    // The provider gives up a sale that no answer has completed.
    if (this.#mode.captureMethod === 'callback')
      carts = carts.map((cart) =>
        cart.state === 'reserved' ? { ...cart, state: 'canceled' } : cart,
      )
    const ending = new Ending({ ...world, carts, wire: [] }, this.#mode, (draft, call) => {
      draft.set({ carts: arrive(draft.world.carts, call, this.#mode) })
      return answerTo(draft.world.carts, call, this.#mode)
    })
    await ending.run()
    await ending.askLate()
    await ending.settleRefunds()
    const { disk, told, carts: after } = ending.world
    checkRefundsAtEnd(ending.world)
    for (const { attemptId, captures } of after) {
      if (captures === 0) continue
      const attempt = disk.attempts.find(({ id }) => id === attemptId)
      const isTold = told.includes(`${attemptId} ${attempt?.paidAmount}`)
      const isHandedOver = attempt?.providerRef === null && told.includes('review outcome_unknown')
      if (!isTold && !isHandedOver)
        throw new Violation(
          `I13: ${attemptId} was captured, it is ${disk.status}, and nobody knows`,
        )
    }
  }
}
