import type { Clock } from '../core/clock.ts'
import type { Environment } from '../config.ts'

/** What a command may use of its environment; tests pass their own. */
export interface CliContext {
  readonly env: Environment
  readonly clock: Clock
  readonly say: (line: string) => void
}

/** Returns the exit code. */
export type CliCommand = (args: readonly string[], context: CliContext) => Promise<number>

/** Wrong arguments; the message is shown with the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
