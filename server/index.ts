/** The payment server inside a shop's own Node process; `netgiro-checkout serve` runs the same in a process of its own. */
import { startServer } from './serve.ts'
import type { SettingName } from './settings/table.ts'

export type {
  AttemptOutcome,
  AttemptReason,
  Problem,
  ProblemCode,
  Snapshot,
  Status,
} from './protocol/index.ts'

export type { SettingName }

/**
 * Settings by the names of their environment variables, with the same meanings and defaults; lists are comma-separated.
 * Each may also be given as `NAME_FILE`, the path of a file that holds the value.
 */
export type Settings = {
  readonly [Name in SettingName | `${SettingName}_FILE`]?: string | number | boolean | undefined
}

/** A server that takes requests. */
export interface CheckoutServer {
  /** Where it listens, e.g. `http://127.0.0.1:8787`. */
  readonly url: string
  /** Where Prometheus reads; null without the setting `METRICS_PORT`. */
  readonly metricsUrl: string | null
  /** Reads `MERCHANTS` or its file again, and goes on with the merchants of it; does nothing without them. */
  reload(): Promise<void>
  /**
   * Refuses new requests, ends event streams with a time to reconnect, finishes calls to the provider and closes the database.
   * Usually takes a moment, and 70 seconds at most: calls are waited for up to 60.
   */
  close(): Promise<void>
}

/**
 * Opens the payment server in this process, on a port of its own. It logs to standard output, one JSON object a line, and
 * takes no signals: call `close()` before the process ends.
 *
 * @param settings - All settings; the environment of the process is not read unless it is spread here. A `PORT` of 0 takes
 *   any free port.
 * @returns The server, once it listens and has taken up the checkouts that were unfinished.
 * @throws An error whose `name` is `ConfigError` and whose `problems` list everything that is wrong with the settings, by
 *   name and never by value; `CannotListen` where the address is taken; `UnusableDatabase` where another server has the
 *   database, or it cannot be read.
 *
 * @example
 * ```ts
 * import { env } from 'node:process'
 *
 * const server = await createServer({ ...env, PORT: 0 })
 * console.log(server.url)
 * process.once('SIGTERM', () => void server.close())
 * ```
 */
export async function createServer(settings: Settings): Promise<CheckoutServer> {
  const env = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value?.toString()]),
  )
  const server = await startServer(env)
  const { url, metricsUrl } = server
  return { url, metricsUrl, reload: () => server.reload(), close: () => server.close() }
}
