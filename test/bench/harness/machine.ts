import { execFileSync } from 'node:child_process'
import { arch, cpus, platform, release } from 'node:os'

/** Numbers mean little without the machine that they are from. */
export function describeMachine(): string {
  const all = cpus()
  const date = new Date().toISOString().slice(0, 10)
  const model = all[0]?.model.trim() ?? 'unknown processor'
  const system = `${platform()} ${release()} ${arch()}`
  return `${model}, ${all.length} cores · ${system} · Node ${process.version} · ${date}`
}

/** How many files, and thus connections, one process may hold open. */
export function maxOpenFiles(): number {
  const answer = run('sh', ['-c', 'ulimit -n'])
  return answer === 'unlimited' ? Infinity : Number(answer ?? 1024)
}

/** The server on one core and its clients on another, where the system has a command for that. */
export const canPin = ['0', '1'].every((core) => run('taskset', ['-c', core, 'true']) !== null)

function run(command: string, parameters: readonly string[]): string | null {
  try {
    return execFileSync(command, parameters, { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null
  }
}
