import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import type { CliContext } from '../../server/cli/command.ts'
import { reconcile } from '../../server/cli/reconcile.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { writeEmptyDatabase } from '../support/empty-database.ts'
import { merchantKey, origin } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { memoryFolder } from '../support/memory-folder.ts'
import { fillDisk, lockDatabase } from './disk.ts'
import { HttpClient } from './http-client.ts'
import type { JsonResponse } from './http-client.ts'
import { DiskReader } from './on-disk.ts'
import type { Row } from './on-disk.ts'
import { ProcessClock } from './process-clock.ts'
import { NetgiroRail } from './rails/netgiro.ts'
import type { Confirmation, Rail, RailName } from './rails/rail.ts'
import { rails } from './rails/rails.ts'
import { RecordingProxy } from './recording-proxy.ts'
import type { Drip, Exchange, ProxyHooks } from './recording-proxy.ts'
import { Shop } from './shop.ts'

/** What the operator may change while requests are open. */
export interface Settings {
  readonly confirmation: Confirmation
  readonly gate: boolean
  /** By which of two names, both of which reach the server, the provider is to call back. */
  readonly publicUrl: 'usual' | 'other'
}

/** How a simulation is set up at first. */
export interface Mode {
  /** The provider and the way to it; default: V1 in a web shop. */
  readonly rail?: RailName
  readonly confirmation: Confirmation
  readonly gate: boolean
  /** The default rate limits of phones, or none. */
  readonly budgets: 'usual' | 'lifted'
  /** How long the provider waits for the shopper; our own timeout is three minutes. */
  readonly approvalMs: number
}

/** An order of the shop, and the checkout that was created for it. */
export interface Order {
  readonly reference: string
  readonly amount: number
  id: string | null
  session: string | null
  /** The idempotency keys of the shop's refunds, with the ids that were answered. */
  readonly refunds: Map<string, Set<string>>
}

export type Moment = 'before' | 'after' | 'delivered'

/** Where the next process is killed: at the next exchange with such a path. */
export interface CrashPoint {
  readonly path: string
  readonly moment: Moment
}

/** The next answer of the provider to such a call drips. */
export interface DripPoint {
  readonly path: string
  readonly isWhole: boolean
  readonly ms: number
}

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
export const lifetimeMs = 3_600_000

/** After this many turns of the event loop without activity, nothing happens before the clock advances. */
const quietTurns = 16
/** Far more than the longest scenario needs between two changes of the clock. */
const maxTurns = 10_000

/** One turn of a checkout may be several calls, each of which is answered as late as a scenario delays it. */
const stopTurns = 240

/** In real time: the server retries a few times, and refuses nothing yet. */
const lockMs = 40

/** In real time: by then the server has retried a write, whose timer was set before. */
const retriedMs = { afterLock: 60, afterFullDisk: 110 }

/** A step of the clock is at most this many times as long as the first one. */
const maxGrowth = 8

const log = createLog('silent')
/** No scenario loads the widget, and every start would read it. */
const noAssets = new URL('./no-such-folder/', import.meta.url)

const abandonedServers = new Set<Promise<unknown>>()

/**
 * Waits for the abandoned servers, so that a runner can end; not for one that waits for its own clock, which has stopped.
 */
export const awaitAbandoned = () =>
  Promise.race([
    Promise.allSettled(abandonedServers),
    new Promise((resolve) => setTimeout(resolve, 5_000)),
  ])

/**
 * The server, the provider and the shop in one process, on one manual clock, with a recording proxy on each connection.
 * A crash cuts the server's connections, stops its clock and goes on with a copy of what is on disk at that moment; what
 * the abandoned server does after that has no effect.
 */
export class Simulation {
  readonly mode: Mode
  /** The current settings; a process that was started before they changed has the earlier ones. */
  settings: Settings
  /** All settings so far, the current ones included. */
  readonly pastSettings: Settings[] = []
  readonly clock: ManualClock
  readonly rail: Rail
  readonly shop: Shop
  readonly orders: Order[] = []
  readonly onExchange: { upstream: ProxyHooks[] } = { upstream: [] }
  /** Called when a process has ended. */
  onCrash = () => {}
  /** How far the machine's clock is off. */
  offMs = 0
  crashes = 0
  #free: ((path: string) => void) | null = null
  /** There is room again, or no lock: after so many milliseconds, pending writes are on disk. */
  #landingMs = 0
  #unlock: (() => void) | null = null
  /** Whether the provider could not be reached at some time. */
  wasAway = false
  /** The path of the newest backup. */
  #backup: string | null = null
  #backups = 0
  /** A backup was restored: changes made after it are lost. */
  isRestored = false
  /** Called after a restore, before the next process starts. */
  onRestore = () => {}
  readonly #folder = mkdtempSync(join(memoryFolder(), 'money-'))
  readonly #front: RecordingProxy
  /** The same under another address. */
  readonly #otherFront: RecordingProxy
  #isAway = false
  readonly #proxies: RecordingProxy[] = []
  readonly #crashPoints: CrashPoint[] = []
  readonly #dripPoints: DripPoint[] = []
  /** Called when an answer begins to drip. */
  onDrip: (exchange: Exchange, isWhole: boolean) => void = () => {}
  #running: ServerProcess | null = null
  #disks = 0
  readonly #client = new HttpClient()
  #reader: DiskReader | null = null
  #pendingCalls = 0
  #isClosed = false

  private constructor(
    mode: Mode,
    clock: ManualClock,
    rail: Rail,
    shop: Shop,
    [front, otherFront]: readonly [RecordingProxy, RecordingProxy],
  ) {
    this.mode = mode
    const { confirmation, gate } = mode
    this.settings = { confirmation, gate, publicUrl: 'usual' }
    this.pastSettings.push(this.settings)
    this.clock = clock
    this.rail = rail
    this.shop = shop
    this.#front = front
    this.#otherFront = otherFront
    this.#proxies.push(otherFront)
  }

  static async open(mode: Mode): Promise<Simulation> {
    const shop = await Shop.open()
    // The hooks read `simulation` when something passes, which is never before it is assigned.
    const tap: ProxyHooks = {
      before: (exchange) => simulation.#pass('before', exchange),
      after: (exchange) => simulation.#pass('after', exchange),
      delivered: (exchange) => simulation.#pass('delivered', exchange),
    }
    const fronts = [
      await RecordingProxy.open(null, tap),
      await RecordingProxy.open(null, tap),
    ] as const
    const clock = new ManualClock()
    const rail = await rails[mode.rail ?? 'v1'].open({ clock, ...mode })
    const simulation: Simulation = new Simulation(mode, clock, rail, shop, fronts)
    await simulation.#firstDisk()
    await simulation.restart()
    return simulation
  }

  /** Netgíró's, where the scenario is about Netgíró. */
  get simulator(): Simulator {
    if (this.rail instanceof NetgiroRail) return this.rail.simulator
    throw new Error('this rail is not Netgíró')
  }

  /** Where the server is, as the outside sees it. */
  get url(): string {
    return this.#front.url
  }

  get isUp(): boolean {
    return this.#running !== null
  }

  /** Whether the provider cannot be reached at this time. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Where the present server keeps its data. */
  get databasePath(): string {
    return join(this.#folder, `disk-${this.#disks}`, 'checkout.db')
  }

  /** The first row of a result, of what is committed to the present database. */
  onDisk(sql: string, ...parameters: unknown[]): Row | undefined {
    return this.#disk().first(sql, ...parameters)
  }

  /** All rows of it. */
  allOnDisk(sql: string, ...parameters: unknown[]): readonly Row[] {
    return this.#disk().all(sql, ...parameters)
  }

  #disk(): DiskReader {
    const { databasePath } = this
    if (this.#reader?.path === databasePath) return this.#reader
    this.#reader?.close()
    return (this.#reader = new DiskReader(databasePath))
  }

  /** For a command beside the running server; null while there is none, or a command could not open its database. */
  get commandContext(): Omit<CliContext, 'say'> | null {
    const running = this.#running
    if (!running || this.isDiskFull) return null
    return { env: running.env, clock: running.processClock }
  }

  get isDiskFull(): boolean {
    return this.#free !== null
  }

  fillDisk(): void {
    this.#free ??= fillDisk(this.databasePath)
  }

  emptyDisk(): void {
    if (!this.#free) return
    this.#free(this.databasePath)
    this.#free = null
    this.#landingMs = retriedMs.afterFullDisk
  }

  /** Runs `begin` while another program holds the write lock, which it releases after some retries of the server. */
  async whileLocked(begin: () => Promise<unknown>): Promise<void> {
    if (this.#running) this.#unlock = lockDatabase(this.databasePath)
    const begun = begin()
    await new Promise((resolve) => setTimeout(resolve, lockMs))
    this.#releaseLock()
    await begun
    this.#landingMs = Math.max(this.#landingMs, retriedMs.afterLock)
  }

  #releaseLock(): void {
    this.#unlock?.()
    this.#unlock = null
  }

  /** Copies what is on disk at this moment, like a disk snapshot. */
  backUp(): void {
    if (this.isDiskFull) return
    const folder = join(this.#folder, `backup-${++this.#backups}`)
    mkdirSync(folder)
    this.#backup = join(folder, 'checkout.db')
    copyDatabase(this.databasePath, this.#backup)
  }

  /** Stops the process, puts the backup in place of its database, and starts it again. */
  async restore(): Promise<void> {
    const backup = this.#backup
    if (backup === null || this.isDiskFull) return
    this.#releaseLock()
    await this.stop()
    this.#nextDisk(backup)
    this.isRestored = true
    this.onRestore()
    await this.restart()
    const running = this.#running
    if (!running) return
    // As the manual requires; its calls may take as long as a scenario delays them.
    const { env, processClock: clock } = running
    void reconcile(['--since', '2020-01-01'], { env, clock, say() {} }).catch(() => {})
    await this.settle()
  }

  /** Sets the clock of the server's machine only. */
  jump(ms: number): void {
    this.offMs += ms
    if (this.#running) this.#running.processClock.offMs = this.offMs
  }

  async restart(): Promise<void> {
    // A process cannot start on a full disk, because it has to write at once.
    if (this.#running || this.isDiskFull) return
    const { budgets } = this.mode
    const { gate, confirmation, publicUrl } = this.settings
    const tap = (isUpstream: boolean): ProxyHooks => ({
      before: (exchange) => this.#pass('before', exchange, isUpstream),
      after: (exchange) => this.#pass('after', exchange, isUpstream),
      delivered: (exchange) => this.#pass('delivered', exchange, isUpstream),
      ...(isUpstream && { drip: (exchange) => this.#dripOf(exchange) }),
    })
    const upstream = await RecordingProxy.open(this.rail.handle, tap(true))
    const outbound = await RecordingProxy.open(this.shop.handle, tap(false))
    const processClock = new ProcessClock(this.clock)
    processClock.offMs = this.offMs
    this.#proxies.push(upstream, outbound)
    const env = {
      ...this.rail.env(upstream.url, confirmation),
      PUBLIC_URL: (publicUrl === 'usual' ? this.#front : this.#otherFront).url,
      PORT: '0',
      ALLOWED_ORIGINS: origin,
      MERCHANT_API_KEY: merchantKey,
      MERCHANT_NAME: 'Ullarbúðin',
      DATABASE_URL: `file:${this.databasePath}`,
      CHECKOUT_LIFETIME_SECONDS: String(lifetimeMs / 1000),
      WEBHOOK_URL: `${outbound.url}/hook`,
      WEBHOOK_SECRET: secret,
      ...(gate && { AUTHORIZE_URL: `${outbound.url}/authorize` }),
      ...(budgets === 'lifted' && {
        PHONE_REQUESTS_PER_10_MINUTES: '1000',
        PHONE_REQUESTS_PER_DAY: '1000',
      }),
    }
    const server = startServer(env, { log, assets: noAssets, clock: processClock })
    const running: ServerProcess = {
      env,
      server,
      url: null,
      processClock,
      upstream,
      proxies: [upstream, outbound],
    }
    if (this.#isAway) upstream.refuse()
    this.#running = running
    const { url } = await server
    if (this.#running !== running) return
    running.url = url
    for (const front of [this.#front, this.#otherFront]) front.point(url)
    await this.settle()
  }

  /** The provider cannot be reached at all: no request is sent. */
  async setAway(isAway: boolean): Promise<void> {
    if (this.#isAway === isAway) return
    this.#isAway = isAway
    this.wasAway = true
    const upstream = this.#running?.upstream
    if (isAway) upstream?.refuse()
    else await upstream?.accept()
  }

  /** A deploy with other settings. */
  async change(settings: Partial<Settings>): Promise<void> {
    await this.stop()
    this.settings = { ...this.settings, ...settings }
    this.pastSettings.push(this.settings)
    await this.restart()
  }

  /** Kills the process at once. */
  crash(): void {
    const running = this.#running
    if (!running) return
    this.#releaseLock()
    this.#running = null
    this.crashes++
    running.processClock.cut()
    for (const front of [this.#front, this.#otherFront]) front.cut()
    for (const proxy of running.proxies) proxy.cut()
    this.#nextDisk()
    this.#closeAbandoned(running)
    this.onCrash()
  }

  /** Stops the process as a deploy does, and waits for its pending work. */
  async stop(): Promise<void> {
    const running = this.#running
    if (!running) return
    this.#releaseLock()
    let isClosed = false as boolean
    const closed = running.server.then((server) => server.close()).finally(() => (isClosed = true))
    for (let turn = 0; !isClosed && turn < stopTurns; turn++) {
      await this.settle()
      this.clock.advance(1_000)
      // Its last connections are closed by a timer of its own, and it waits for a full disk; both in real time.
      if (turn > 20) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    if (!isClosed) throw new Error('the server did not stop')
    await closed
    if (this.#running !== running) return
    this.#running = null
    for (const front of [this.#front, this.#otherFront]) front.cut()
    this.onCrash()
  }

  crashAt(point: CrashPoint): void {
    this.#crashPoints.push(point)
  }

  clearCrashPoints(): void {
    this.#crashPoints.length = 0
    this.#dripPoints.length = 0
  }

  dripAt(point: DripPoint): void {
    this.#dripPoints.push(point)
  }

  #dripOf(exchange: Exchange): Drip | null {
    const index = this.#dripPoints.findIndex(({ path }) => exchange.path.includes(path))
    const [point] = index < 0 ? [] : this.#dripPoints.splice(index, 1)
    if (!point) return null
    const { isWhole, ms } = point
    this.onDrip(exchange, isWhole)
    return { isWhole, ms, after: (delay, fn) => void this.clock.after(delay, fn) }
  }

  /** A call of the shop's backend (no session) or of a browser. Null: there was no answer. */
  async call(
    method: string,
    path: string,
    { session, body, key }: { session?: string; body?: unknown; key?: string } = {},
    address = this.#front.url,
  ): Promise<JsonResponse | null> {
    this.#pendingCalls++
    try {
      return await this.#client.send(address + path, {
        method,
        headers: {
          authorization: `Bearer ${session ?? merchantKey}`,
          ...(session !== undefined && { origin }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    } catch {
      return null
    } finally {
      this.#pendingCalls--
    }
  }

  /** Reads past the proxies: this is not part of the scenario. */
  async look(path: string, session?: string): Promise<JsonResponse | null> {
    const address = this.#running?.url
    return address
      ? this.call('GET', path, session === undefined ? {} : { session }, address)
      : null
  }

  /** Resolves when nothing but the clock moves. */
  async settle(): Promise<void> {
    if (this.#landingMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#landingMs))
    this.#landingMs = 0
    let last = -1
    let quiet = 0
    // A refused connection is no activity of a proxy.
    const enough = this.#isAway ? quietTurns * 4 : quietTurns
    for (let turns = 0; quiet < enough; turns++) {
      if (turns > maxTurns) throw new Error('the exchanges never end')
      const sum = this.#activity()
      quiet = sum === last ? quiet + 1 : 0
      last = sum
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Advances the clock in steps, and lets everything happen in between. */
  async pass(ms: number, stepMs = defaultStep(ms)): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs))
      await this.settle()
    }
  }

  /**
   * The same, in steps that grow while nothing is exchanged: all that a short one would do then is to let every periodic job
   * find nothing once more.
   */
  async passQuickly(ms: number, stepMs = defaultStep(ms)): Promise<void> {
    let growth = 1
    for (let left = ms; left > 0;) {
      const step = Math.min(left, stepMs * growth)
      left -= step
      const before = this.#exchanges()
      this.clock.advance(step)
      await this.settle()
      growth = this.#exchanges() === before ? Math.min(growth * 2, maxGrowth) : 1
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#releaseLock()
    this.clearCrashPoints()
    const running = this.#running
    this.#running = null
    if (running) {
      running.processClock.cut()
      for (const proxy of running.proxies) proxy.cut()
      this.#closeAbandoned(running)
    }
    this.#front.close()
    for (const proxy of this.#proxies) proxy.close()
    this.#client.close()
    this.#reader?.close()
    await this.rail.close()
    this.shop.close()
    if (abandonedServers.size === 0) rmSync(this.#folder, { recursive: true, force: true })
  }

  #activity(): number {
    let sum = this.#front.activity + this.#pendingCalls
    for (const proxy of this.#proxies) sum += proxy.activity
    return sum
  }

  /** Changes whenever anything may have changed: an exchange, the time, or the process. */
  get moment(): string {
    return [this.#activity(), this.#proxies.length, this.clock.now(), this.offMs, this.isUp].join()
  }

  /** Unlike the activity, it does not count what event streams send from time to time. */
  #exchanges(): number {
    return this.#proxies.reduce((sum, { exchanges }) => sum + exchanges, this.#front.exchanges)
  }

  #pass(moment: Moment, exchange: Exchange, isUpstream = false): void {
    if (isUpstream) for (const tap of this.onExchange.upstream) tap[moment]?.(exchange)
    const index = this.#crashPoints.findIndex(
      (point) => point.moment === moment && exchange.path.includes(point.path),
    )
    if (index < 0 || !this.#running) return
    this.#crashPoints.splice(index, 1)
    this.crash()
  }

  /** What is on disk now is what the next process finds; SQLite's shared memory is not on disk. */
  #nextDisk(from = this.databasePath): void {
    this.#disks++
    mkdirSync(join(this.#folder, `disk-${this.#disks}`))
    copyDatabase(from, this.databasePath)
  }

  async #firstDisk(): Promise<void> {
    this.#disks++
    mkdirSync(join(this.#folder, `disk-${this.#disks}`))
    await writeEmptyDatabase(this.databasePath)
  }

  #closeAbandoned({ server }: ServerProcess): void {
    const folder = this.#folder
    const gone: Promise<unknown> = server
      .then((it) => it.close())
      .catch(() => {})
      .then(() => {
        abandonedServers.delete(gone)
        if (this.#isClosed) rmSync(folder, { recursive: true, force: true })
      })
    abandonedServers.add(gone)
  }
}

const defaultStep = (ms: number): number => Math.max(1_000, ms / 40)

/** [sqlite] "How To Corrupt", 1.4: a database and its log belong together. */
function copyDatabase(from: string, to: string): void {
  for (const end of ['', '-wal']) if (existsSync(from + end)) copyFileSync(from + end, to + end)
}

interface ServerProcess {
  readonly env: Readonly<Record<string, string>>
  readonly server: ReturnType<typeof startServer>
  url: string | null
  readonly processClock: ProcessClock
  readonly upstream: RecordingProxy
  readonly proxies: readonly RecordingProxy[]
}
