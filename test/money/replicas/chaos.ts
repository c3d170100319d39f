import type { ReplicaEvent } from '../cells/cells.ts'
import { ReplicaCells } from '../cells/replica-cells.ts'
import { namedPoints } from '../crashes.ts'
import type { Exchange } from '../recording-proxy.ts'
import type { Moment } from '../simulation.ts'
import { pause } from './pause.ts'
import type { CrashReplica } from './replica.ts'
import { anyOf } from './site.ts'
import type { ReplicaSite } from './site.ts'

/** What befalls a server, its way to the database, or the database itself. */
export const strikes = ['kill', 'stop', 'cut', 'lose_commit', 'kill_database'] as const
export type Strike = (typeof strikes)[number]

const events: Readonly<Record<Strike, ReplicaEvent>> = {
  kill: 'a server is killed',
  stop: 'a server stands still',
  cut: 'a server is cut off',
  lose_commit: 'a COMMIT is lost',
  kill_database: 'the database is killed',
}

/** A moment that is not reached within this time is struck at any time instead. */
const namedMomentMs = 1_500
/** Longer than a lease, by the clock of the database. */
const longMs = { least: 6_500, most: 9_000 }
/** A process that was killed is started again at once, soon, or after others have taken over; so is the database. */
const restartDelays = [0, 0, 500, 7_500]
/** For so long nothing can be connected after a COMMIT that was lost; a shopper waits 5 s, and a lease is good for 6. */
const awayDelays = [0, 0, 1_500, 7_500]
/** The answer is lost, or what it would have been the answer to. */
const lostCommits = ['after_commit', 'after_commit', 'before_commit'] as const

/** Strikes servers at moments of their exchanges, and at any time; one of them is always left. */
export class Chaos {
  readonly #site: ReplicaSite
  readonly #mending = new Set<Promise<void>>()
  /** Of starts; the end of a failed run kills what is being started, which must not hide why it failed. */
  readonly #failures: unknown[] = []
  #armed: {
    readonly kind: Strike
    readonly path: string
    readonly moment: Moment
    readonly strike: (replica: CrashReplica) => void
  } | null = null
  readonly counts: Record<Strike, number> = {
    ...{ kill: 0, stop: 0, cut: 0, lose_commit: 0, kill_database: 0 },
  }

  /** In which statuses checkouts were then. */
  readonly cells: ReplicaCells

  constructor(site: ReplicaSite) {
    this.#site = site
    this.cells = new ReplicaCells((statement) => site.database.query(statement))
  }

  /** Call it with every moment of every exchange of every server. */
  onMoment(replica: CrashReplica, moment: Moment, { path }: Exchange): void {
    const armed = this.#armed
    if (armed?.moment !== moment || !path.includes(armed.path)) return
    if (!this.#mayStrike(replica, armed.kind)) return
    this.#armed = null
    armed.strike(replica)
  }

  /** Strikes once; two thirds of the strikes are at a named moment. */
  async strike(kind: Strike): Promise<void> {
    while (!(await this.#strike(kind))) await pause(100)
    this.counts[kind]++
    // What it was doing when it was killed is what it has on its disk.
    while (!this.#site.database.isUp) await pause(20)
    await this.cells.happened(events[kind])
  }

  /** Resolves when every server runs again; rejects if one did not start. */
  async settle(): Promise<void> {
    while (this.#mending.size > 0) await Promise.all(this.#mending)
    if (this.#failures.length > 0) throw this.#failures[0]
  }

  #points() {
    const { api, confirmation } = this.#site.mode
    return namedPoints.flatMap((point) =>
      'path' in point && point.api === api && point.confirmation === confirmation ? [point] : [],
    )
  }

  async #strike(kind: Strike): Promise<boolean> {
    const point = Math.random() < 2 / 3 ? anyOf(this.#points()) : undefined
    const struck = point && (await this.#strikeAt(point, kind))
    if (struck !== undefined && struck !== null) return struck
    await pause(Math.random() * 400)
    const victim = anyOf(this.#site.replicas.filter((replica) => this.#mayStrike(replica, kind)))
    return victim !== undefined && this.#hit(victim, kind)
  }

  /** Whether it has struck; null: the moment was not reached. */
  #strikeAt({ path, moment }: { path: string; moment: Moment }, kind: Strike) {
    return new Promise<boolean | null>((resolve) => {
      const timer = setTimeout(() => {
        this.#armed = null
        resolve(null)
      }, namedMomentMs)
      const strike = (replica: CrashReplica) => {
        clearTimeout(timer)
        resolve(this.#hit(replica, kind))
      }
      this.#armed = { kind, path, moment, strike }
    })
  }

  #mayStrike(replica: CrashReplica, kind: Strike): boolean {
    const { replicas, database } = this.#site
    if (!database.isUp && kind !== 'kill' && kind !== 'stop') return false
    if (kind === 'lose_commit' && replica.way.losesCommit) return false
    const running = replicas.filter(({ isRunning }) => isRunning)
    return running.includes(replica) && running.length > 1
  }

  /** Begins at once. Whether it came to it. */
  async #hit(replica: CrashReplica, kind: Strike): Promise<boolean> {
    const longPause = longMs.least + Math.random() * (longMs.most - longMs.least)
    switch (kind) {
      case 'kill':
        replica.kill()
        this.#mend(this.#restart(replica))
        return true
      case 'stop':
        replica.pause()
        this.#mend(pause(longPause).then(() => replica.resume()))
        return true
      case 'cut':
        this.#mend(replica.way.cut(longPause))
        return true
      case 'kill_database':
        this.#mend(this.#site.database.outage(anyOf(restartDelays) ?? 0))
        return true
      case 'lose_commit': {
        const awayMs = anyOf(awayDelays) ?? 0
        const cut = anyOf(lostCommits) ?? 'after_commit'
        const isLost = await replica.way.loseCommit(cut, awayMs > 0)
        if (isLost) this.#mend(pause(awayMs).then(() => replica.way.comeBack()))
        return isLost
      }
    }
  }

  #mend(work: Promise<void>): void {
    const mending = work
      .catch((error: unknown) => void this.#failures.push(error))
      .then(() => {
        this.#mending.delete(mending)
      })
    this.#mending.add(mending)
  }

  /** Again and again where the database ends meanwhile: then no server can start. */
  async #restart(replica: CrashReplica): Promise<void> {
    const { database } = this.#site
    await pause(anyOf(restartDelays) ?? 0)
    for (;;) {
      const { outages, isUp } = database
      try {
        await replica.start()
        return
      } catch (error) {
        if (isUp && database.outages === outages) throw error
        await pause(100)
      }
    }
  }
}
