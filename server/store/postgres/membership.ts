import { randomUUID } from 'node:crypto'
import type { Clock, ClockDifference } from '../../core/clock.ts'
import type { LeaseTable, Renewed } from './lease-table.ts'
import { momentOf, never, since } from './two-clocks.ts'
import type { Moment } from './two-clocks.ts'

const renewEveryMs = 2_000
/** By its own clock a server stops acting this long after it sent its last renewal: before anybody may take over. */
const actForMs = 4_000

/** What the database answered to a renewal. */
export interface Renewal {
  readonly sent: Moment
  /** None: another server took this one for dead, and has its partitions. */
  readonly rows: readonly Renewed[]
}

interface MembershipDeps {
  readonly table: LeaseTable
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  /** Called with how far the clock is ahead of the database's. */
  readonly onClock: (ahead: ClockDifference) => void
}

/** The row that tells the other servers that this one is alive, and whether it takes its share. */
export class Membership {
  readonly #deps: MembershipDeps
  #id = randomUUID()
  #renewed: Moment = never
  #upSince: string | undefined
  /** What the others were told; null: unknown, because no answer came. */
  #isLeaving: boolean | null = null
  #keyChecks: readonly string[] = []

  constructor(deps: MembershipDeps) {
    this.#deps = deps
  }

  /** The name of this server among the others. */
  get id(): string {
    return this.#id
  }

  /** Whether it was renewed so recently that nobody can have taken over. */
  isRecent(): boolean {
    return since(this.#renewed, this.#deps.clock) < actForMs
  }

  /** Whether there has been a row under this name. */
  get hasJoined(): boolean {
    return this.#renewed !== never
  }

  /** Of the database server that was last heard. */
  get upSince(): string | undefined {
    return this.#upSince
  }

  get untilRenewalMs(): number {
    return renewEveryMs - since(this.#renewed, this.#deps.clock)
  }

  async compareClocks(): Promise<void> {
    const before = this.#deps.clock.now()
    const read = await this.#deps.table.read()
    this.#compare(before, read?.at)
    this.#upSince = read?.upSince
  }

  /**
   * Joins for the first time.
   *
   * @param keyChecks - of the keys that this server knows, the one that it writes with first
   * @throws UnusableDatabase where it and another server could not read what the other writes
   */
  enter(keyChecks: readonly string[]): Promise<void> {
    this.#keyChecks = keyChecks
    return this.join(false)
  }

  /** @throws UnusableDatabase as above: another one may have joined while this one counted as dead */
  async join(isLeaving: boolean): Promise<void> {
    const sent = momentOf(this.#deps.clock)
    this.#isLeaving = null
    this.#upSince = await this.#deps.table.join(this.#id, this.#keyChecks, isLeaving)
    this.#renewed = sent
    this.#isLeaving = isLeaving
  }

  /** Nothing counts as renewed before `note` is called, together with what follows from the answer. */
  async renew(): Promise<Renewal> {
    const sent = momentOf(this.#deps.clock)
    const rows = await this.#deps.table.renew(this.#id)
    this.#compare(sent.wall, rows[0]?.at)
    return { sent, rows }
  }

  note({ sent, rows: [first] }: Renewal): { wasSilent: boolean; isRestarted: boolean } {
    const wasSilent = since(this.#renewed, this.#deps.clock) > actForMs
    const isRestarted = first?.upSince !== this.#upSince
    this.#renewed = sent
    this.#upSince = first?.upSince
    return { wasSilent, isRestarted }
  }

  /** Under another name from now on, so that a former life owns nothing. */
  beginAnew(): void {
    this.#renewed = never
    this.#id = randomUUID()
  }

  /** @returns whether the others had been told something else, as far as is known */
  async tell(isLeaving: boolean): Promise<boolean> {
    if (isLeaving === this.#isLeaving) return false
    this.#isLeaving = null
    await this.#deps.table.setLeaving(this.#id, isLeaving)
    this.#isLeaving = isLeaving
    return true
  }

  /** @param at - the time of the database, at some time since `before` */
  #compare(before: number, at: number | undefined): void {
    const { clock, onClock } = this.#deps
    if (at !== undefined) onClock({ least: before - at, most: clock.now() - at })
  }
}
