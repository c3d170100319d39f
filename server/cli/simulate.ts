import { parseArgs } from 'node:util'
import { bundled } from './bundled.ts'

/**
 * Runs the simulators of Netgíró, with the shopper's phone as a page, and of Avarda. Each reads its own variables
 * (`SIMULATOR_PORT`, …), prints its addresses and closes on Ctrl-C. Exits with 1 if one of them cannot start.
 */
export async function simulate(args: readonly string[]): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  for (const simulator of ['simulator', 'avarda-simulator']) {
    await import(bundled(`${simulator}/main`))
    if (process.exitCode === 1) {
      // Closes the simulator that already runs, as Ctrl-C does.
      process.emit('SIGINT')
      return 1
    }
  }
  return 0
}
