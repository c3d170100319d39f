import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { startServer as StartServer } from '../serve.ts'
import { stopOnSignal } from '../stop-signals.ts'
import { bundled } from './bundled.ts'

interface Start {
  readonly main: (options: {
    readonly startServer: typeof StartServer
    readonly stopOnSignal: typeof stopOnSignal
    readonly database: string
    readonly program: readonly string[]
  }) => Promise<void>
}

/**
 * Runs a shop, the server and the simulators in this process, prints their addresses and closes them on Ctrl-C. Nothing is kept.
 * Where `REPLICAS` is set, the server is that many processes, which share the PostgreSQL of `DATABASE_URL`.
 * Exits with 1 if one of them cannot start.
 */
export async function demo(args: readonly string[]): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  const { startServer } = await import('../serve.ts')
  const { main } = (await import(bundled('start'))) as Start
  const folder = mkdtempSync(join(tmpdir(), 'netgiro-checkout-demo-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [, ownPath = ''] = process.argv
  const database = join(folder, 'demo.db')
  await main({ startServer, stopOnSignal, database, program: [ownPath, 'serve'] })
  return Number(process.exitCode ?? 0)
}
