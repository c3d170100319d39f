import { readFileSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'

/** How far the history had come when somebody last looked, kept in a file beside the database. */
export interface Mark {
  readonly history: number
  readonly at: number
}

const markPath = (path: string) => `${path}-mark`
const mode = 0o600

/** Null: there is none, or none that can be read. */
export function readMark(path: string): Mark | null {
  try {
    const { history, at } = JSON.parse(readFileSync(markPath(path), 'utf8')) as Partial<Mark>
    return Number.isSafeInteger(history) && Number.isSafeInteger(at)
      ? { history: history ?? 0, at: at ?? 0 }
      : null
  } catch {
    return null
  }
}

/** Whole or not at all. A mark that could not be written is only an older one. */
export async function writeMark(path: string, mark: Mark): Promise<void> {
  const fresh = `${markPath(path)}.new`
  try {
    await writeFile(fresh, JSON.stringify(mark), { mode })
    await rename(fresh, markPath(path))
  } catch {
    await rm(fresh, { force: true }).catch(() => {})
  }
}

export const writeMarkSync = (path: string, mark: Mark): void =>
  writeFileSync(markPath(path), JSON.stringify(mark), { mode })
