import { Child } from '../child.ts'
import { RecordingProxy } from '../recording-proxy.ts'
import type { Exchange } from '../recording-proxy.ts'
import type { Moment } from '../simulation.ts'
import { DatabaseWay } from './database-way.ts'

/** Called with every moment of every exchange of a replica. */
export type OnMoment = (replica: CrashReplica, moment: Moment, exchange: Exchange) => void

interface ReplicaSetup {
  /** Of its first life, and of those that follow. */
  readonly scripts: { readonly first: string; readonly next: string }
  readonly providerUrl: string
  readonly shopUrl: string
  readonly databaseUrl: string
  /** How far its clock is ahead, in milliseconds. */
  readonly aheadMs: number
  readonly onMoment: OnMoment
  readonly settingsFor: (own: OwnWays) => Record<string, string>
}

/** A replica's own ways to the provider, to the shop and to the database. */
export interface OwnWays {
  readonly providerUrl: string
  readonly shopUrl: string
  readonly databaseUrl: string
}

/** One of several servers, each a process with proxies of its own around it. */
export class CrashReplica {
  readonly #setup: ReplicaSetup
  #front!: RecordingProxy
  #upstream!: RecordingProxy
  #outbound!: RecordingProxy
  /** To PostgreSQL. */
  way!: DatabaseWay
  #child: Child | null = null
  /** Counts its lives: after a kill another process takes its place. */
  life = 0
  isReady = false
  isPaused = false

  private constructor(setup: ReplicaSetup) {
    this.#setup = setup
  }

  static async open(setup: ReplicaSetup): Promise<CrashReplica> {
    const replica = new CrashReplica(setup)
    const tap = {
      before: (exchange: Exchange) => setup.onMoment(replica, 'before', exchange),
      after: (exchange: Exchange) => setup.onMoment(replica, 'after', exchange),
      delivered: (exchange: Exchange) => setup.onMoment(replica, 'delivered', exchange),
    }
    replica.#front = await RecordingProxy.open(null, tap)
    replica.#upstream = await RecordingProxy.open(setup.providerUrl, tap)
    replica.#outbound = await RecordingProxy.open(setup.shopUrl, tap)
    replica.way = await DatabaseWay.open(setup.databaseUrl)
    return replica
  }

  get url(): string {
    return this.#front.url
  }

  get isRunning(): boolean {
    return this.isReady && !this.isPaused && this.way.isOpen
  }

  async start(): Promise<void> {
    const { scripts, providerUrl, shopUrl, databaseUrl, aheadMs, settingsFor } = this.#setup
    this.#upstream.point(providerUrl)
    this.#outbound.point(shopUrl)
    const own = {
      ...{ providerUrl: this.#upstream.url, shopUrl: this.#outbound.url },
      databaseUrl: this.way.urlFor(databaseUrl),
    }
    const script = this.life === 0 ? scripts.first : scripts.next
    const clock = new URL(`clock-off.mjs?ms=${aheadMs}`, import.meta.url).href
    const child = new Child(script, settingsFor(own), aheadMs === 0 ? [] : ['--import', clock])
    this.life++
    this.#child = child
    this.#front.point(await child.ready)
    this.isReady = true
  }

  /** SIGKILL. From then on nothing that it sent arrives, and nothing reaches it. */
  kill(): void {
    this.isReady = this.isPaused = false
    this.#child?.kill()
    for (const proxy of [this.#front, this.#upstream, this.#outbound]) proxy.cut()
  }

  /** What it has sent still arrives, and what reaches it waits. */
  pause(): void {
    this.isPaused = true
    this.#child?.signal('SIGSTOP')
  }

  resume(): void {
    this.isPaused = false
    this.#child?.signal('SIGCONT')
  }

  /** SIGTERM; resolves when it has ended by itself. */
  async terminate(): Promise<void> {
    this.isReady = false
    this.#child?.signal('SIGTERM')
    await this.#child?.gone
  }

  async close(): Promise<void> {
    this.kill()
    await this.#child?.gone
    for (const proxy of [this.#front, this.#upstream, this.#outbound, this.way]) proxy.close()
  }
}
