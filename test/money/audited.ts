import { audit } from '../../server/cli/audit.ts'
import type { CliContext } from '../../server/cli/command.ts'

/** Fails if `audit`, beside the running server, finds a checkout that its history does not explain. */
export async function expectExplained(context: Omit<CliContext, 'say'> | null): Promise<void> {
  if (!context) return
  const lines: string[] = []
  const code = await audit([], { ...context, say: (line) => void lines.push(line) })
  if (code !== 0) throw new Error(`audit:\n${lines.join('\n')}`)
}
