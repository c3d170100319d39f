import { afterEach, expect, it } from 'vitest'
import { checkReplicas } from '../../server/ops/doctor/replicas.ts'
import { sharedPostgres } from '../support/databases.ts'
import { startReplicas } from '../support/replicas.ts'
import type { Replicas } from '../support/replicas.ts'

let replicas: Replicas | null = null
afterEach(async () => {
  await replicas?.close()
  replicas = null
})

/** Of our own database, which never waits for a disk. */
const noSync = async () =>
  (await sharedPostgres()).isOwn
    ? [
        'fail: In the database, fsync is off: a crash of the machine of PostgreSQL may destroy the database',
      ]
    : []

const check = async (databaseUrl: string) =>
  (await checkReplicas({ databaseUrl, databaseListenUrl: null })).map(
    ({ status, message }) => `${status}: ${message}`,
  )

it('doctor lists the servers on a database with their partitions, and a clock that is wrong', async () => {
  replicas = await startReplicas(2)
  const { databaseUrl } = replicas
  expect(await check(databaseUrl)).toEqual([
    'pass: The database passes notifications on',
    ...(await noSync()),
    'pass: Servers on the database: 2, with 128 + 128 partitions',
  ])
  const postgres = await sharedPostgres()
  await postgres.query('update replicas set clock_ahead_ms = -300000', databaseUrl)
  expect(await check(databaseUrl)).toContain(
    "fail: The clock of a server is 300 s behind the database's",
  )
})

it('doctor changes nothing in a database that no server has used, and says nothing of SQLite', async () => {
  const databaseUrl = await (await sharedPostgres()).newDatabase()
  expect(await check(databaseUrl)).toEqual([
    'pass: The database passes notifications on',
    ...(await noSync()),
    'info: No server runs on the database',
  ])
  const tables = await (
    await sharedPostgres()
  ).query(
    "select table_name from information_schema.tables where table_schema = 'public'",
    databaseUrl,
  )
  expect(tables).toEqual([])
  expect(await check('file:./nowhere.db')).toEqual([])
})

it('doctor says of a database that cannot be read no more than that', async () => {
  const wrong = new URL(await (await sharedPostgres()).newDatabase())
  wrong.password = 'wrong-secret'
  expect(await check(wrong.href)).toEqual(['fail: The database cannot be read'])
})

it('doctor and the start of a server name settings by which the database loses commits in a crash', async () => {
  replicas = await startReplicas(1)
  const { databaseUrl, logged } = replicas
  const risk =
    'synchronous_commit is off: a crash of PostgreSQL loses the last commits, and with them payment requests that were sent'
  expect(await check(databaseUrl)).not.toContain(`fail: In the database, ${risk}`)
  expect(logged()).not.toContain(risk)
  const name = new URL(databaseUrl).pathname.slice(1)
  const postgres = await sharedPostgres()
  await postgres.query(`alter database ${name} set synchronous_commit = off`)
  expect(await check(databaseUrl)).toContain(`fail: In the database, ${risk}`)
  await replicas.add()
  expect(logged()).toContain(risk)
  for (const line of await noSync())
    expect(logged()).toContain(line.replace('fail: In the database, ', ''))
})
