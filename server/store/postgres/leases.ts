import type { Kysely, Transaction } from 'kysely'
import { systemClock } from '../../core/clock.ts'
import type { Clock, ClockDifference } from '../../core/clock.ts'
import type { Ownership, Permit } from '../../core/ownership.ts'
import { UnusableDatabase } from '../failure.ts'
import type { Tables } from '../schema.ts'
import { CallsOut } from './calls-out.ts'
import { HeldLeases, isIn, move, partitionsOf } from './held-leases.ts'
import type { Lease } from './held-leases.ts'
import { LeaseTable, leaseMs } from './lease-table.ts'
import type { Fence } from './lease-table.ts'
import { Membership } from './membership.ts'
import type { PartitionEvents } from './partition-events.ts'
import { partitionCount } from './partitions.ts'
import { RecurringLook } from './recurring-look.ts'

/** How often it looks for partitions that nobody owns, while some change hands or the database is away. */
const pollIntervalMs = 500
/** After the end of another server's lease, so that it has ended by the database's clock as well. */
const afterExpiryMs = 20
/** A stop waits this long for a look that is under way. */
const lastLookMs = 1_000

/** Another server owns the checkout. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * The partitions that this server owns. It renews one row that says it is alive; the partitions of a server that no longer is
 * are free, and each server takes its share of the free ones. Every write confirms the lease of its partition in its own
 * transaction, so that whoever takes it over waits for the transaction, and the former owner writes nothing more.
 */
export class Leases implements Ownership {
  readonly isShared = true
  readonly #table: LeaseTable
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #held = new HeldLeases()
  readonly #callsOut = new CallsOut()
  readonly #membership: Membership
  /** Until then nobody else is declared dead: after an outage all servers have been silent alike. */
  #patientUntil = -Infinity
  #liveServers = 1
  #events: PartitionEvents | null = null
  #resuming: Promise<void> | null = null
  #isDraining = false
  /** Resolves when the others know that this server leaves, if it does. */
  #told = Promise.resolve()
  #losses = 0
  /** How many losses have calls, or readings, that are still out: what they belong to must not begin again beside them. */
  #losing = 0
  /** Every partition has its owner, as far as the last look could see. */
  #isSettled = false
  /** When another server will count as dead unless it renews its lease, by the monotonic clock. */
  #othersExpireAt = Infinity
  #isStopped = false
  /** Why it may not join again, and takes part in nothing; null: it may, as far as it knows. */
  #refusal: UnusableDatabase | null = null
  readonly #tellOthers: () => void
  readonly #looks = new RecurringLook({
    look: () => this.#look(),
    pauseMs: () => this.#nextLookMs(),
    onError: (error) => {
      this.#isSettled = false
      const wasRefused = this.#refusal !== null
      if (error instanceof UnusableDatabase) this.#refusal = error
      // While the database is away, nobody can take anything over.
      if (this.mayCall() || (this.#refusal && !wasRefused)) this.#events?.onError(error)
    },
  })

  /** @param db - a connection of its own, so that a renewal never waits behind other queries */
  constructor(
    db: Kysely<Tables>,
    { clock = systemClock, onClock = () => {}, tellOthers = () => {} }: LeaseOptions = {},
  ) {
    this.#table = new LeaseTable(db, clock)
    this.#clock = clock
    this.#membership = new Membership({ table: this.#table, clock, onClock })
    this.#tellOthers = tellOthers
  }

  /** Before anything goes by a clock. */
  compareClocks(): Promise<void> {
    return this.#membership.compareClocks()
  }

  /** The name of this server among the others. Another one after every loss. */
  get owner(): string {
    return this.#membership.id
  }

  /** Since when the database is up, as far as was heard. */
  get upSince(): string | undefined {
    return this.#membership.upSince
  }

  get isAlone(): boolean {
    return this.#liveServers <= 1
  }

  /** Those whose open attempts are watched here, once they have been taken up. */
  get held(): readonly number[] {
    return partitionsOf(this.#held.in('taken', 'active'))
  }

  /** Those whose checkouts are acted on here. */
  get partitions(): readonly number[] {
    return this.mayCall() ? partitionsOf(this.#held.in('active')) : []
  }

  /** Why this server takes part in nothing, and others should be asked; null: it does, or will as soon as it can. */
  get refusal(): UnusableDatabase | null {
    return this.#refusal
  }

  mayCall(): boolean {
    return this.#membership.isRecent()
  }

  permit(): Permit {
    const losses = this.#losses
    return () => this.#losses === losses && this.mayCall()
  }

  holds(checkoutId: string): boolean {
    const lease = this.#held.of(checkoutId)
    return lease !== undefined && lease.phase !== 'leaving'
  }

  keeps(checkoutId: string): boolean {
    return this.#held.of(checkoutId) !== undefined
  }

  owns(checkoutId: string): boolean {
    return this.holds(checkoutId) && this.mayCall()
  }

  accepts(checkoutId: string): boolean {
    return this.#held.of(checkoutId)?.phase === 'active' && this.mayCall()
  }

  /** @throws LeaseLost */
  fenceOf(checkoutId: string): Fence {
    const lease = this.#held.of(checkoutId)
    if (!lease) throw new LeaseLost('Another server owns this checkout')
    return { partition: lease.partition, epoch: lease.epoch }
  }

  /**
   * Call it first in a transaction.
   *
   * @returns the id of the transaction
   * @throws LeaseLost if one of the partitions belongs to another server by now
   */
  async confirm(trx: Transaction<Tables>, fences: readonly Fence[]): Promise<string> {
    if (fences.length === 0) return this.#table.begin(trx)
    const wanted = new Map(fences.map((fence) => [`${fence.partition} ${fence.epoch}`, fence]))
    const list = [...wanted.values()]
    const row = await this.#table.confirm(trx, this.owner, list)
    if (row?.held !== list.length) {
      this.wake()
      throw new LeaseLost('Another server owns this checkout')
    }
    return row.xid
  }

  /**
   * Begins to take partitions; resolves after the first look for some.
   *
   * @param keyChecks - of the keys that this server knows, the one that it writes with first
   * @throws UnusableDatabase where it and another server could not read what the other writes
   */
  async start(keyChecks: readonly string[], events: PartitionEvents): Promise<void> {
    await this.#membership.enter(keyChecks)
    // Not before: woken by a hint, it would join by itself, and its keys would be compared with nobody's.
    this.#events = events
    if (this.#isStopped) return this.#table.leave(this.owner).catch(() => {})
    this.#tellOthers()
    await this.#looks.now()
    await this.#resuming
  }

  /** Takes nothing more, and gives back each partition as soon as no call about it is out; resolves when none is. */
  async leave(): Promise<void> {
    this.#isDraining = true
    if (!this.#events) return
    // Before they are free: the others take what a server that stays would have had. While the database is away, nothing is.
    this.#told = this.#table.setLeaving(this.owner, true).catch(() => {})
    await this.#letAllGo()
    await this.#callsOut.ended()
  }

  /** Whether no other server is alive, as the database sees it. */
  isFirst(): Promise<boolean> {
    return this.#table.isFirst(this.owner)
  }

  /** Gives everything back, so that the others begin at once. */
  async release(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    await this.#looks.stop(lastLookMs)
    this.#held.remove(this.#allHeld)
    if (!this.#events) return
    await this.#table.leave(this.owner)
  }

  /** Call it when partitions may have become free, or another server wants its share. */
  wake(): void {
    if (this.#events) this.#looks.wake()
  }

  /** With the next renewal, or as soon as another server counts as dead: the others tell of everything else. */
  #nextLookMs(): number {
    if (!this.#isSettled) return pollIntervalMs
    const untilExpiryMs = this.#othersExpireAt - this.#clock.monotonic()
    // [node] a timer may fire a fraction of a millisecond early.
    return Math.max(0, Math.ceil(Math.min(this.#membership.untilRenewalMs, untilExpiryMs))) + 1
  }

  async #look(): Promise<void> {
    if (this.#membership.untilRenewalMs <= 0) await this.#renew()
    this.#refusal = null
    // Nobody would have what the others give back to a server that takes nothing.
    if ((await this.#membership.tell(this.#takesNothing)) && !this.#takesNothing) this.#tellOthers()
    const { live, staying, free, expiresInMs } = await this.#table.countOthers(this.owner)
    this.#othersExpireAt =
      this.#clock.monotonic() + (expiresInMs === null ? Infinity : expiresInMs + afterExpiryMs)
    this.#liveServers = Math.max(1, live)
    const share = Math.ceil(partitionCount / Math.max(1, staying))
    if (this.#isDraining) return
    const mayTake = !this.#takesNothing && this.#clock.monotonic() >= this.#patientUntil
    if (free > 0 && this.#held.size < share && mayTake) await this.#take(share - this.#held.size)
    else if (this.#held.size > share) this.#giveBack(this.#held.size - share)
    this.#resumeTaken()
    this.#isSettled = free === 0 && this.#held.size <= share && this.#resuming === null
  }

  async #take(count: number): Promise<void> {
    this.#held.take(await this.#table.take(this.owner, count))
    // It has begun to leave meanwhile.
    if (this.#isDraining) void this.#letAllGo()
  }

  get #takesNothing(): boolean {
    return this.#isDraining || this.#losing > 0
  }

  async #renew(): Promise<void> {
    const renewal = await this.#membership.renew()
    if (renewal.rows.length === 0) return this.#rejoin()
    // No call may leave between what is noted here and what follows from it.
    const { wasSilent, isRestarted } = this.#membership.note(renewal)
    if (wasSilent) this.#patientUntil = this.#clock.monotonic() + leaseMs
    const gone = this.#held.missingIn(renewal.rows)
    if (gone.length > 0) this.#drop(gone)
    if (isRestarted) this.#takeUpAnew()
    // What asked for its partitions meanwhile saw none, and sleeps.
    if (wasSilent) this.#parts.onResumed()
    // The answer was lost that it had taken them, and nobody acts on them. They are free to be taken like others.
    const unknown = this.#held.unknownIn(renewal.rows)
    if (unknown.length > 0) await this.#table.free(this.owner, unknown)
  }

  /**
   * After a restart of the database, or on another primary, which may lack the last commits: what is remembered here may not be
   * stored. The partitions stay, and what is stored is taken up.
   */
  #takeUpAnew(): void {
    this.#losses++
    const resuming = this.#resuming
    void this.#letGo(this.#held.in('taken', 'active'), async (leases) => {
      // What is being taken up may have been read before.
      await resuming
      if (this.#isDraining) return this.#free(leases)
      this.#takeBack(leases)
      this.wake()
    })
  }

  async #rejoin(): Promise<void> {
    // While it may not join, there is nothing more to lose.
    if (this.#membership.hasJoined) {
      this.#membership.beginAnew()
      this.#drop(this.#allHeld)
    }
    await this.#membership.join(this.#takesNothing)
    this.#tellOthers()
  }

  #drop(leases: readonly Lease[]): void {
    this.#held.remove(leases)
    this.#losses++
    this.#callsOut.add(leases, this.#parts.lost(isIn(leases)))
    this.#losing++
    // What is being taken up may have been read before.
    void Promise.all([this.#callsOut.ended(), this.#resuming]).then(() => {
      this.#losing--
      this.wake()
    })
  }

  /** In the background: a renewal must not wait for it. */
  #resumeTaken(): void {
    if (this.#resuming) return
    const taken = this.#held.in('taken')
    if (taken.length === 0) return
    this.#resuming = this.#resume(taken).finally(() => {
      this.#resuming = null
    })
  }

  async #resume(taken: readonly Lease[]): Promise<void> {
    try {
      await this.#parts.gained(partitionsOf(taken))
      move(taken, { from: 'taken', to: 'active' })
      this.#parts.onResumed()
    } catch (error) {
      this.#parts.onError(error)
    }
  }

  /** @param count - how many more than its share this server holds; those that are leaving already are among them */
  #giveBack(count: number): void {
    const more = Math.max(0, count - this.#held.in('leaving').length)
    const surplus = this.#held.in('active').slice(0, more)
    if (surplus.length > 0) void this.#letGo(surplus, (leases) => this.#free(leases))
  }

  /** Stops acting on them, and goes on with each as soon as no call about it is out any more. */
  async #letGo(
    leases: readonly Lease[],
    goOn: (leases: readonly Lease[]) => Promise<void>,
  ): Promise<void> {
    for (const lease of leases) lease.phase = 'leaving'
    const departures = this.#callsOut.add(leases, this.#parts.lost(isIn(leases)))
    await Promise.all(
      departures.map(({ leases: some, ended }) =>
        ended
          .then(() => goOn(some))
          .catch((error: unknown) => {
            // A server that stops leaves the rest to the end of its lease.
            if (this.#isDraining) return
            // The next renewal shows whether they are still ours; then they are given back again.
            this.#takeBack(some)
            this.#parts.onError(error)
          }),
      ),
    )
  }

  #letAllGo(): Promise<void> {
    return this.#letGo(this.#held.in('taken', 'active'), (leases) => this.#free(leases))
  }

  /** What is stored about their checkouts is taken up again. */
  #takeBack(leases: readonly Lease[]): void {
    move(leases, { from: 'leaving', to: 'taken' })
  }

  async #free(leases: readonly Lease[]): Promise<void> {
    await this.#told
    // In another life this server may have taken them again.
    const own = leases.filter((lease) => this.#held.has(lease))
    await this.#table.free(this.owner, partitionsOf(own))
    this.#held.remove(own)
    this.#tellOthers()
  }

  get #allHeld(): readonly Lease[] {
    return this.#held.in('taken', 'active', 'leaving')
  }

  get #parts(): PartitionEvents {
    if (!this.#events) throw new Error('Not started')
    return this.#events
  }
}

interface LeaseOptions {
  /** The machine's own. */
  readonly clock?: Pick<Clock, 'now' | 'monotonic'>
  /** Called with how far it is ahead of the database's, again and again. */
  readonly onClock?: (ahead: ClockDifference) => void
  /** Called when partitions have become free or this server wants its share: the others should look now. */
  readonly tellOthers?: () => void
}
