/** SQLite's result code, from either driver; null if the error is not SQLite's. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null
  // `node:sqlite` calls it `errcode`, and `libsql` `rawCode`.
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode
  return null
}

/** [sqlite] https://www.sqlite.org/rescode.html; the lowest byte of an extended code is the primary one. */
const codes = {
  ...{ error: 1, busy: 5, locked: 6, noMemory: 7, readOnly: 8, interrupted: 9, ioError: 10 },
  ...{ corrupt: 11, full: 13, cannotOpen: 14, protocol: 15, constraint: 19, notADatabase: 26 },
}
const busySnapshot = codes.busy | (2 << 8)
const constraintTrigger = codes.constraint | (7 << 8)

/**
 * Why a statement failed. `busy`: another connection holds the lock; retry when it is released. `storage`: the disk, the file
 * or the machine failed; it may work later. `conflict`: another transaction was faster with the same unique key; the next try
 * finds what it wrote. `refused`: retrying is pointless.
 */
export type Failure = 'busy' | 'storage' | 'conflict' | 'refused'

export function failureOf(error: unknown): Failure {
  const code = resultCode(error)
  if (code === null) return 'refused'
  const primary = code & 0xff
  // Waiting does not help an outdated snapshot.
  if (code !== busySnapshot && (primary === codes.busy || primary === codes.locked)) return 'busy'
  // We have no triggers, so an operator added it and may remove it.
  if (code === constraintTrigger) return 'storage'
  // The file had our schema when it was opened, so an operator has changed it since.
  if (primary === codes.error && isOfSchema(error)) return 'storage'
  const ours: readonly number[] = [codes.error, codes.constraint]
  return primary < 18 && !ours.includes(primary) ? 'storage' : 'refused'
}

/** SQLite has no code of its own for these. */
const isOfSchema = (error: unknown): boolean =>
  error instanceof Error && /no such (?:table|column)|has no column named/.test(error.message)

export const isError = (error: unknown): boolean => resultCode(error) === codes.error

/** Why a file could not be opened, worded to follow its name; null if the error has no such reason. */
export function whyNotOpened(error: unknown): string | null {
  switch ((resultCode(error) ?? 0) & 0xff) {
    case codes.notADatabase:
      return 'is not a SQLite database'
    case codes.corrupt:
      return 'is damaged: restore a backup'
    case codes.cannotOpen:
      return 'cannot be opened: is it a folder, or may this user not read and write it?'
    case codes.readOnly:
      return 'cannot be written to'
    case codes.busy:
    case codes.locked:
      return 'is locked by another program'
    case codes.full:
      return 'has no room left on its disk'
    case codes.ioError:
      return 'cannot be read or written: its disk reports an error'
    default:
      return null
  }
}

/** The database cannot be used. The message explains to the operator why, and what to do about it. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase'
}

/** Why a database that would have to be migrated is not. */
export const notMigrated = (name: string, executed: readonly string[] | null): UnusableDatabase =>
  new UnusableDatabase(
    executed?.length
      ? `The database ${name} was written by an earlier version: run the command of that version, or start a server of this one first, which migrates it.`
      : `The database ${name} is empty: no server has used it yet.`,
  )
