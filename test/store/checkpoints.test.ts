import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { until } from '../support/test-server.ts'

let folder: string
let path: string
let database: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  path = join(folder, 'checkout.db')
  database = await openDatabase(`file:${path}`)
})
afterEach(() => rmSync(folder, { recursive: true }))

const count = 600
const write = (at: number) =>
  database.write(async (trx) => {
    await trx
      .insertInto('payment_requests')
      .values({ phone_hash: 'x', address_hash: null, at })
      .execute()
  })
const writeMany = () => Promise.all(Array.from({ length: count }, (_, at) => write(at)))
const size = () => statSync(path).size

it('copies the log into the database beside the commits, not within them', async () => {
  const before = size()
  await writeMany()
  // [sqlite] in WAL mode the database itself grows by checkpoints alone.
  expect(size()).toBe(before)
  await until(() => size() > before)
  await database.close()
})

it('loses nothing when the database is closed during a checkpoint', async () => {
  await writeMany()
  await database.close()
  database = await openDatabase(`file:${path}`)
  const stored = sql<{ count: number }>`select count(*) as count from payment_requests`
  expect((await stored.execute(database.db)).rows[0]?.count).toBe(count)
  await database.close()
})

it('a checkpoint does not keep the process alive', () => {
  const script = join(folder, 'script.mts')
  const module = (name: string) => JSON.stringify(resolve(`server/store/${name}.ts`))
  writeFileSync(
    script,
    `import { Checkpoints } from ${module('checkpoints')}
     new Checkpoints({ path: ${JSON.stringify(path)} }).countWrites(${count})`,
  )
  // It throws when this takes longer.
  execFileSync(process.execPath, ['--import', 'tsx', script], { timeout: 60_000 })
})
