import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'

/**
 * Where folders are in memory, on Linux, and the usual place elsewhere. A process that is killed loses nothing that the system
 * has taken, so that a test about that need not wait for a disk, which every commit syncs.
 */
export const memoryFolder = (): string => (isWritable('/dev/shm') ? '/dev/shm' : tmpdir())

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
