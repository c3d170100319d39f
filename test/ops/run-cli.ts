import { systemClock } from '../../server/core/clock.ts'
import type { Clock } from '../../server/core/clock.ts'
import type { CliCommand } from '../../server/cli/command.ts'
import type { Environment } from '../../server/config.ts'

/** Runs a command as `cli.ts` would, in this process. */
export async function run(
  command: CliCommand,
  env: Environment,
  args: readonly string[] = [],
  clock: Clock = systemClock,
) {
  const lines: string[] = []
  const code = await command(args, { env, clock, say: (line) => void lines.push(line) })
  return { code, text: lines.join('\n') }
}
