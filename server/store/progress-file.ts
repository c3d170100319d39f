import { readFileSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'

/** How far the history had come at some time. Kept in a file beside the database, to notice changes that it lost. */
export interface Progress {
  /** The sequence number of the newest history entry. */
  readonly history: number
  readonly at: number
}

const progressPath = (path: string) => `${path}-mark`
const mode = 0o600

/** Null if the file does not exist or cannot be read. */
export function readProgress(path: string): Progress | null {
  try {
    const { history, at } = JSON.parse(
      readFileSync(progressPath(path), 'utf8'),
    ) as Partial<Progress>
    return Number.isSafeInteger(history) && Number.isSafeInteger(at)
      ? { history: history ?? 0, at: at ?? 0 }
      : null
  } catch {
    return null
  }
}

/** Replaces the file atomically. Errors are ignored: an older file only notices less. */
export async function writeProgress(path: string, progress: Progress): Promise<void> {
  const fresh = `${progressPath(path)}.new`
  try {
    await writeFile(fresh, JSON.stringify(progress), { mode })
    await rename(fresh, progressPath(path))
  } catch {
    await rm(fresh, { force: true }).catch(() => {})
  }
}

export const writeProgressSync = (path: string, progress: Progress): void =>
  writeFileSync(progressPath(path), JSON.stringify(progress), { mode })
