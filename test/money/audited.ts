import { audit } from '../../server/cli/audit.ts'
import type { Simulation } from './simulation.ts'

/** Fails if `audit`, beside the running server, finds a checkout that its history does not explain. */
export async function expectExplained({ commandContext }: Simulation): Promise<void> {
  if (!commandContext) return
  const lines: string[] = []
  const code = await audit([], { ...commandContext, say: (line) => void lines.push(line) })
  if (code !== 0) throw new Error(`audit:\n${lines.join('\n')}`)
}
