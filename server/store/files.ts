import { chownSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Payments and personal data are for the owner only, not for other users of the machine. */
const privateModes = { file: 0o600, folder: 0o700 }

/** The path of a `file:` URL; null for a database in memory, or on a server. */
export function pathOf(url: string): string | null {
  if (!url.startsWith('file:')) return null
  const path = url.replace(/^file:/, '')
  return path === ':memory:' ? null : path
}

/** Creates the file and its folder if they do not exist. [sqlite] `-wal` and `-shm` get the mode of the database. */
export function makePrivate(path: string): void {
  makeFolder(dirname(path))
  closeSync(openSync(path, 'a', privateModes.file))
}

/** [node] `mkdir` with `recursive` never ends where the system says that a parent which exists does not (autofs, `/proc`). */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: privateModes.folder })
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path)) throw error
  }
}

/** Throws if the file exists. */
export function createPrivate(path: string): void {
  closeSync(openSync(path, 'wx', privateModes.file))
}

/**
 * Root makes files that the user of the server may not open. [sqlite] It gives `-wal` and `-shm` to the owner of the database, too.
 *
 * @returns gives those of these files that exist to the owner of `path`, or of its folder
 */
export function toOwnerOf(path: string): (files: readonly string[]) => void {
  const { uid, gid } = statSync(existsSync(path) ? path : dirname(path))
  return (files) => {
    if (process.getuid?.() !== 0) return
    for (const file of files) if (existsSync(file)) chownSync(file, uid, gid)
  }
}

/** Makes both the file and its directory entry survive power loss. */
export function sync(path: string): void {
  // Not every system can open a folder, and those that cannot do not need to.
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
