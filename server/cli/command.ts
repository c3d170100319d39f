import type { Clock } from '../core/clock.ts'
import type { Environment } from '../config.ts'

/** What a command is given of the world; tests give another one. */
export interface CliContext {
  readonly env: Environment
  readonly clock: Clock
  readonly say: (line: string) => void
}

/** Answers the exit code. */
export type CliCommand = (args: readonly string[], world: CliContext) => Promise<number>

/** Wrong words on the command line; shown with the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
