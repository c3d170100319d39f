import { stat } from 'node:fs/promises'
import { ConfigError } from '../config.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import { PeriodicTask } from '../core/jobs/periodic-task.ts'
import type { Service } from '../core/service.ts'
import type { Log } from '../log.ts'
import type { MerchantChanges } from './merchants.ts'

/** How soon a change of the file is noticed. */
const intervalMs = 5_000

type ReloadOutcome = 'applied' | 'unchanged' | 'refused'

interface ReloadDeps {
  /** The file of the merchants; null: they are not in a file, so that only a call reloads them. */
  readonly path: string | null
  /** Of the file before its merchants were read for the first time. */
  readonly stamp: string | null
  /**
   * Reads the settings of all merchants.
   *
   * @throws ConfigError that lists all problems
   */
  readonly read: () => readonly Config[]
  readonly apply: (configs: readonly Config[]) => Promise<MerchantChanges>
  readonly clock: Clock
  readonly log: Log
  readonly onReload: (outcome: ReloadOutcome) => void
}

/** Goes on with the merchants of a changed file. While the file is wrong, the merchants stay as they were. */
export class MerchantsReload implements Service {
  readonly #deps: ReloadDeps
  readonly #task: PeriodicTask
  /** Of the file as it was read last. */
  #stamp: string | null
  /** Why the last reading was refused. */
  #problems: readonly string[] = []
  #running = Promise.resolve()

  constructor(deps: ReloadDeps) {
    this.#deps = deps
    this.#stamp = deps.stamp
    const { clock, log } = deps
    this.#task = new PeriodicTask({
      ...{ clock, intervalMs },
      run: () => this.#reloadChanged(),
      onError: (error) => log.error({ err: error }, 'reloading the merchants failed'),
    })
  }

  start(): void {
    if (this.#deps.path !== null) this.#task.start()
  }

  async stop(): Promise<void> {
    await this.#task.stop()
    await this.#running
  }

  /** Reads the merchants again, one reload after the other; resolves when they run with their new settings. */
  reload(): Promise<void> {
    return this.#afterOthers(() => this.#reload())
  }

  #afterOthers(reload: () => Promise<void>): Promise<void> {
    const reloaded = this.#running.then(reload)
    this.#running = reloaded.catch(() => {})
    return reloaded
  }

  async #reloadChanged(): Promise<void> {
    if ((await stampOf(this.#deps.path)) !== this.#stamp) await this.reload()
    // What was wrong may be in a file that the merchants' file names, and be corrected there.
    else if (this.#problems.length > 0)
      await this.#afterOthers(() => this.#reload({ isAsked: false }))
  }

  /** Says nothing of problems that are known already, unless it was asked to. */
  async #reload({ isAsked } = { isAsked: true }): Promise<void> {
    const { path, read, apply, log, onReload } = this.#deps
    this.#stamp = await stampOf(path)
    let configs
    try {
      configs = read()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const { problems } = error
      if (!isAsked && problems.join() === this.#problems.join()) return
      this.#problems = problems
      onReload('refused')
      log.error({ problems }, 'MERCHANTS is invalid: the merchants stay as they were')
      return
    }
    this.#problems = []
    const { added, changed, retired } = await apply(configs)
    const isNew = added.length + changed.length + retired.length > 0
    onReload(isNew ? 'applied' : 'unchanged')
    const merchants = configs.map(({ merchantId }) => merchantId)
    if (isNew) log.info({ merchants, added, changed, retired }, 'merchants reloaded')
    // Whoever has just replaced the file must learn that the server reads another one.
    else log.info({ merchants }, 'the merchants were read again, and nothing new was found')
  }
}

/** Another one after each change of the file; null: there is none at the moment. */
export async function stampOf(path: string | null): Promise<string | null> {
  if (path === null) return null
  try {
    const { ino, size, mtimeMs } = await stat(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return null
  }
}
