import { afterEach, expect, it } from 'vitest'
import { UnusableDatabase } from '../../server/store/failure.ts'
import { sharedPostgres } from '../support/databases.ts'
import { startReplicas } from '../support/replicas.ts'
import type { Replicas } from '../support/replicas.ts'

let all: Replicas
afterEach(() => all.close())

it('a server that finds no room on the disk of PostgreSQL when it begins to work says so in one sentence', async () => {
  all = await startReplicas(1)
  const postgres = await sharedPostgres()
  const query = (statement: string) => postgres.query(statement, all.databaseUrl)
  await query(`create function fill() returns trigger language plpgsql
    as $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`)
  await query('create trigger full_disk before insert on replicas execute function fill()')
  await expect(all.add()).rejects.toSatisfy(
    (error) =>
      error instanceof UnusableDatabase &&
      /^The database \S+ on \S+ has no room left on its disk\.$/.test(error.message),
  )
  await query('drop trigger full_disk on replicas')
  await all.add()
})
