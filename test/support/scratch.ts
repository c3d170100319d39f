import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
const enough = 1024 ** 3

/**
 * Gives the run a folder for its files, and removes it afterwards. In memory where the system has such a place: every commit is
 * synced, and the tests would spend a third of their time waiting for the disk.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(isRoomy(memory) ? memory : tmpdir(), 'netgiro-checkout-'))
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

function isRoomy(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize >= enough
  } catch {
    return false
  }
}
