import { ConfigError } from '../config.ts'
import { UnusableDatabase, whyNotOpened } from '../store/failure.ts'

/** Why a command failed, in one sentence for the operator; null for an error that is ours. */
export function explain(error: unknown): string | null {
  if (error instanceof ConfigError || error instanceof UnusableDatabase) return error.message
  const reason = whyNotOpened(error)
  if (reason !== null) return `A database, or the copy of it, ${reason}.`
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return null
  // [node] errors of the file system have the path; which of two files it was is not always clear.
  const names = ['path' in error && error.path, 'dest' in error && error.dest]
  const files = names.filter((name) => typeof name === 'string')
  return `${files.join(', or ')}: cannot be read or written (${String(error.code)}).`
}
