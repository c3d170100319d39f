import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../server/store/database.ts'

let bytes: Promise<Buffer> | null = null

/**
 * Writes a database at the newest schema that holds nothing. The migrations run once in each process: they take longer
 * than most tests.
 */
export async function writeEmptyDatabase(path: string): Promise<void> {
  writeFileSync(path, await (bytes ??= migrated()), { mode: 0o600 })
}

async function migrated(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'empty-database-'))
  const path = join(folder, 'checkout.db')
  await (await openDatabase(`file:${path}`)).close()
  const made = readFileSync(path)
  rmSync(folder, { recursive: true })
  return made
}
