import { namedPoints } from '../crashes.ts'
import type { Exchange } from '../recording-proxy.ts'
import type { Moment } from '../simulation.ts'
import type { CrashReplica } from './replica.ts'
import { anyOf } from './site.ts'
import type { ReplicaSite } from './site.ts'
import { pause } from './story.ts'

export type Strike = 'kill' | 'stop'

/** A moment that is not reached within this time is struck at any time instead. */
const namedMomentMs = 1_500
/** Longer than a lease, by the clock of the database. */
const stopMs = { least: 6_500, most: 9_000 }
/** A process that was killed is started again at once, soon, or after others have taken over. */
const restartDelays = [0, 0, 500, 7_500]

/** Kills and stops servers at moments of their exchanges, and at any time; one of them is always left. */
export class Chaos {
  readonly #site: ReplicaSite
  readonly #mending = new Set<Promise<void>>()
  /** Of starts; the end of a failed run kills what is being started, which must not hide why it failed. */
  readonly #failures: unknown[] = []
  #armed: {
    readonly path: string
    readonly moment: Moment
    readonly strike: (replica: CrashReplica) => void
  } | null = null
  kills = 0
  stops = 0

  constructor(site: ReplicaSite) {
    this.#site = site
  }

  /** Call it with every moment of every exchange of every server. */
  onMoment(replica: CrashReplica, moment: Moment, { path }: Exchange): void {
    const armed = this.#armed
    if (armed?.moment !== moment || !path.includes(armed.path)) return
    if (!this.#mayStrike(replica)) return
    this.#armed = null
    armed.strike(replica)
  }

  /** Strikes once; two thirds of the strikes are at a named moment. */
  async strike(kind: Strike): Promise<void> {
    const point = Math.random() < 2 / 3 ? anyOf(this.#points()) : undefined
    if (point && (await this.#strikeAt(point, kind))) return
    await pause(Math.random() * 400)
    for (;;) {
      const victim = anyOf(this.#site.replicas.filter((replica) => this.#mayStrike(replica)))
      if (victim) {
        this.#hit(victim, kind)
        return
      }
      await pause(100)
    }
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

  /** Whether the moment was reached. */
  #strikeAt({ path, moment }: { path: string; moment: Moment }, kind: Strike): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#armed = null
        resolve(false)
      }, namedMomentMs)
      const strike = (replica: CrashReplica) => {
        clearTimeout(timer)
        this.#hit(replica, kind)
        resolve(true)
      }
      this.#armed = { path, moment, strike }
    })
  }

  #mayStrike(replica: CrashReplica): boolean {
    const running = this.#site.replicas.filter(({ isRunning }) => isRunning)
    return running.includes(replica) && running.length > 1
  }

  #hit(replica: CrashReplica, kind: Strike): void {
    if (kind === 'kill') {
      this.kills++
      replica.kill()
      this.#mend(restart(replica))
    } else {
      this.stops++
      replica.pause()
      this.#mend(wake(replica))
    }
  }

  #mend(work: Promise<void>): void {
    const mending = work
      .catch((error: unknown) => this.#failures.push(error))
      .then(() => {
        this.#mending.delete(mending)
      })
    this.#mending.add(mending)
  }
}

async function restart(replica: CrashReplica): Promise<void> {
  await pause(anyOf(restartDelays) ?? 0)
  await replica.start()
}

async function wake(replica: CrashReplica): Promise<void> {
  await pause(stopMs.least + Math.random() * (stopMs.most - stopMs.least))
  replica.resume()
}
