import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** Payments and what could lead to a person are for nobody else on the machine. */
const own = { file: 0o600, folder: 0o700 }

/** The path of a `file:` address; null for a database in memory. */
export function pathOf(url: string): string | null {
  const path = url.replace(/^file:/, '')
  return path === ':memory:' ? null : path
}

/** Makes the file and its folder where they are not there. [sqlite] `-wal` and `-shm` get the mode of the database. */
export function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: own.folder })
  closeSync(openSync(path, 'a', own.file))
}

/** Fails where there is such a file already. */
export function createPrivate(path: string): void {
  closeSync(openSync(path, 'wx', own.file))
}

/** Both the file and its name survive power loss. */
export function sync(path: string): void {
  // Not every system lets a folder be opened, and those that do not need no such thing.
  for (const [one, isFile] of [
    [path, true],
    [dirname(path), false],
  ] as const) {
    try {
      const file = openSync(one, isFile ? 'r+' : 'r')
      try {
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      if (isFile) throw error
    }
  }
}
