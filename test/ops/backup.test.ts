import {
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../../server/cli/audit.ts'
import { backup } from '../../server/cli/backup.ts'
import { reconcile } from '../../server/cli/reconcile.ts'
import { restore } from '../../server/cli/restore.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { openDatabase } from '../../server/store/database.ts'
import { onDisk } from '../money/on-disk.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import {
  merchant,
  merchantKey,
  onlyCart,
  read,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { settingsFor } from '../support/process.ts'
import { run } from './run-cli.ts'

let testServer: TestServer
let folder: string
let copy: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'))
  copy = join(folder, 'copy.db')
  testServer = await startTestServer()
})
afterEach(async () => {
  await testServer.close()
  rmSync(folder, { recursive: true })
})

const environment = (databasePath = testServer.databasePath) => ({
  ...settingsFor(testServer.simulator),
  PUBLIC_URL: testServer.url,
  DATABASE_URL: `file:${databasePath}`,
})
const isThere = (path: string, id: string) =>
  onDisk(path, 'select id from checkouts where id = ?', id) !== undefined
const pay = async () => {
  const { id, session } = await testServer.create()
  await start(testServer, session, `82${String(++payers).padStart(5, '0')}`)
  const cart = testServer.simulator.inspect().carts.at(-1)
  testServer.simulator.approve(cart?.TransactionId ?? '')
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  return id
}
let payers = 0
const close = async () => {
  const { id } = await testServer.create()
  await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
  return id
}

/** What a process that is killed leaves: the file and its log as they are now. */
function leaveBehind(): string {
  const path = join(mkdtempSync(join(folder, 'left-')), 'checkout.db')
  for (const end of ['', '-wal']) copyFileSync(testServer.databasePath + end, path + end)
  return path
}
const owner = { now: () => 1, waitMs: 0, onWait: () => {} }
const open = (path: string) => openDatabase(`file:${path}`, { owner })

describe('backup', () => {
  it('backup writes everything to one file beside a running server, for its owner alone', async () => {
    const ids = await Promise.all([testServer.create(), testServer.create()])
    const { code, text } = await run(backup, environment(), [copy])
    expect(code).toBe(0)
    expect(text).toContain(`copied to ${copy}`)
    for (const { id } of ids) expect(isThere(copy, id)).toBe(true)
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(existsSync(`${copy}.part`)).toBe(false)
    expect((await testServer.create()).id).toMatch(/^chk/)
  })

  it('backup overwrites no file, and creates no database at a mistyped path', async () => {
    writeFileSync(copy, 'something else')
    await expect(run(backup, environment(), [copy])).rejects.toThrow(/never overwrites/)
    expect(readFileSync(copy, 'utf8')).toBe('something else')
    const nowhere = join(folder, 'nowhere.db')
    await expect(run(backup, environment(nowhere), [`${copy}2`])).rejects.toThrow(/does not exist/)
    expect(existsSync(nowhere)).toBe(false)
    await expect(run(backup, environment())).rejects.toThrow(/one new file/)
  })

  it('writes the log into the database within seconds, without a backup', async () => {
    const { id } = await testServer.create()
    // The file by itself, as `cp` takes it.
    await until(() => {
      copyFileSync(testServer.databasePath, copy)
      return existsIn(copy, id)
    })
  })
})

const existsIn = (path: string, id: string): boolean => {
  try {
    return isThere(path, id)
  } catch {
    return false // It was copied in the middle of a checkpoint.
  }
}

describe('restore', () => {
  it('refuses to restore while a server runs, and leaves everything as it was', async () => {
    const { id } = await testServer.create()
    await run(backup, environment(), [copy])
    await expect(run(restore, environment(), [copy])).rejects.toThrow(/Stop that one first\.$/)
    expect(isThere(testServer.databasePath, id)).toBe(true)
  })

  it('restore refuses a file that is not a backup, with one sentence', async () => {
    const path = join(folder, 'other.db')
    writeFileSync(copy, 'x'.repeat(9_000))
    await expect(run(restore, environment(path), [copy])).rejects.toThrow(
      `The backup ${copy} is not a SQLite database.`,
    )
    await expect(run(restore, environment(path), [`${copy}2`])).rejects.toThrow(/no file/)
    expect(existsSync(path)).toBe(false)
  })

  it('keeps every database that it replaces, also of the same second', async () => {
    const { id } = await testServer.create()
    await run(backup, environment(), [copy])
    const { id: lost } = await testServer.create({ reference: 'WEB-lost' })
    const path = leaveBehind()
    const clock = new ManualClock()
    const before = []
    for (let times = 0; times < 2; times++) {
      const { text } = await run(restore, environment(path), [copy], clock)
      before.push(/kept as (\S+)\./.exec(text)?.[1] ?? '')
    }
    expect(before.map((kept) => isThere(kept, lost))).toEqual([true, false])
    expect(before.map((kept) => isThere(kept, id))).toEqual([true, true])
  })

  it.runIf(process.getuid?.() === 0)(
    'leaves everything to the user of the server when it is run by root',
    async () => {
      await run(backup, environment(), [copy])
      const path = leaveBehind()
      for (const name of readdirSync(dirname(path))) chownSync(join(dirname(path), name), 1234, 567)
      rmSync(`${path}-lock`, { force: true })
      await run(restore, environment(path), [copy])
      const owners = readdirSync(dirname(path)).map((name) => {
        const { uid, gid } = statSync(join(dirname(path), name))
        return [name, uid, gid]
      })
      expect(owners.length).toBeGreaterThan(3)
      expect(owners.filter(([, uid, gid]) => uid !== 1234 || gid !== 567)).toEqual([])
    },
  )

  it('restores the backup, keeps the previous database, and says how to find later payments', async () => {
    const { id, session } = await testServer.create()
    await start(testServer, session)
    await run(backup, environment(), [copy])
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'paid',
    )
    const lost = await close()
    // The server was killed: its log lies beside the file.
    const path = leaveBehind()
    const { text } = await run(restore, environment(path), [copy])
    const [, before = ''] = /kept as (\S+)\./.exec(text) ?? []
    expect(isThere(before, lost)).toBe(true)
    expect(isThere(path, lost)).toBe(false)
    expect(text).toContain('Its log (-wal) was moved with it')
    expect(readdirSync(dirname(path)).filter((name) => name.includes('restoring'))).toEqual([])
    expect(text).toMatch(/reconcile --since \d{4}-\d\d-\d\d/)
    await run(reconcile, environment(path), ['--since', '2020-01-01'])
    expect(onDisk(path, 'select status from checkouts where id = ?', id)).toMatchObject({
      status: 'paid',
    })
    const database = await open(path)
    // The operator knows.
    expect(database.loss).toBe(null)
    await database.close()
  })
})

it('restore makes no file where DATABASE_URL was forgotten', async () => {
  await testServer.create()
  await run(backup, environment(), [copy])
  const forgotten = { ...environment(), DATABASE_URL: '' }
  await expect(run(restore, forgotten, [copy])).rejects.toThrow(/^DATABASE_URL is not set, and/)
  expect(existsSync('data/checkout.db')).toBe(false)
  const path = join(folder, 'new.db')
  const { text } = await run(restore, environment(path), [copy])
  expect(text).toContain(`${path} was made from ${copy}.`)
})

it('restore replaces the file that a link leads to, and not the link', async () => {
  await testServer.create()
  await run(backup, environment(), [copy])
  const { id } = await testServer.create()
  const path = leaveBehind()
  const link = join(folder, 'link.db')
  symlinkSync(path, link)
  await run(restore, environment(link), [copy])
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(isThere(path, id)).toBe(false)
})

it('a server refuses a file that another one has under the name of a link', async () => {
  const link = join(folder, 'link.db')
  symlinkSync(testServer.databasePath, link)
  await expect(startServer(environment(link), { log: createLog('silent') })).rejects.toThrow(
    /in use by another server/,
  )
})

describe('restore from a copy that was made by hand', () => {
  it('refuses it beside the log of an earlier copy, and replaces nothing', async () => {
    await testServer.create()
    await run(backup, environment(), [copy])
    const { id } = await testServer.create()
    const earlier = leaveBehind()
    copyFileSync(copy, earlier)
    const path = leaveBehind()
    await expect(run(restore, environment(path), [earlier])).rejects.toThrow(
      `Move ${earlier}-wal away to restore the file as it is.`,
    )
    expect(isThere(path, id)).toBe(true)
    expect(readdirSync(dirname(path)).filter((name) => /before|restoring/.test(name))).toEqual([])
    // As it says.
    rmSync(`${earlier}-wal`)
    await run(restore, environment(path), [earlier])
    expect(isThere(path, id)).toBe(false)
  })
})

describe('the list of events', () => {
  const pubsub = async (url: string, after: string) => {
    const headers = { authorization: `Bearer ${merchantKey}` }
    const answer = await fetch(`${url}/v1/events?after=${after}`, { headers })
    return (await answer.json()) as {
      events: { data: { checkout: { id: string } } }[]
      cursor: string
      restarted?: boolean
    }
  }
  const idsOf = ({ events }: Awaited<ReturnType<typeof pubsub>>) =>
    events.map(({ data }) => data.checkout.id)

  it.each([0, 1, 3])(
    'the list of events skips none after a restore, when %i came before the shop asks',
    async (more) => {
      const kept = await close()
      await run(backup, environment(), [copy])
      await close()
      await close()
      const { cursor } = await pubsub(testServer.url, '0')
      expect(idsOf(await pubsub(testServer.url, cursor))).toEqual([])
      // By hand, so that nothing but the file itself can tell.
      const server = await startServer(environment(copy), { log: createLog('silent') })
      const fresh = []
      for (let count = 0; count < more; count++) fresh.push(await closeAt(server.url))
      const page = await pubsub(server.url, cursor)
      expect(page).toMatchObject({ restarted: true })
      expect(idsOf(page)).toEqual([kept, ...fresh])
      const next = await closeAt(server.url)
      const rest = await pubsub(server.url, page.cursor)
      expect(rest.restarted).toBe(undefined)
      expect(idsOf(rest)).toEqual([next])
      await server.close()
    },
  )

  const closeAt = async (url: string) => {
    const headers = { authorization: `Bearer ${merchantKey}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ reference: `R-${++payers}`, amount: 100, currency: 'ISK' })
    const created = await fetch(`${url}/v1/checkouts`, { method: 'POST', headers, body })
    const { id } = (await created.json()) as { id: string }
    await fetch(`${url}/v1/checkouts/${id}/cancel`, { method: 'POST', headers })
    return id
  }

  it('the list of events continues from a cursor that is only a number, and from one whose event was deleted', async () => {
    await close()
    const second = await close()
    expect(idsOf(await pubsub(testServer.url, '1'))).toEqual([second])
    const { cursor } = await pubsub(testServer.url, '1')
    const beside = openSecondConnection(testServer.databasePath)
    beside.exec('delete from events')
    beside.close()
    const third = await close()
    const page = await pubsub(testServer.url, cursor)
    expect(page.restarted).toBe(undefined)
    expect(idsOf(page)).toEqual([third])
    for (const wrong of ['x', '-1', '1-', '1-a%20b', '1-%C3%A9', ''])
      expect((await merchant(testServer, 'GET', `/v1/events?after=${wrong}`)).status).toBe(400)
  })
})

describe('startup', () => {
  it('refuses a backup that was copied beside the log of the previous database', async () => {
    await testServer.create()
    await run(backup, environment(), [copy])
    await testServer.create()
    const path = leaveBehind()
    copyFileSync(copy, path)
    await expect(open(path)).rejects.toThrow(/does not belong to .*netgiro-checkout restore/)
    // As it says.
    rmSync(`${path}-wal`)
    await (await open(path)).close()
  })

  it.each([
    ['backup', backup, () => [join(folder, 'another.db')]],
    ['reconcile', reconcile, () => ['--since', '2020-01-01']],
    ['audit', audit, () => []],
  ])(
    '%s refuses such a backup as well, and leaves the log as it is',
    async (_, command, argumentsOf) => {
      await testServer.create()
      await run(backup, environment(), [copy])
      await testServer.create()
      const path = leaveBehind()
      copyFileSync(copy, path)
      const log = readFileSync(`${path}-wal`)
      await expect(run(command, environment(path), argumentsOf())).rejects.toThrow(
        /does not belong to .*netgiro-checkout restore/,
      )
      expect(readFileSync(`${path}-wal`)).toEqual(log)
    },
  )

  it('refuses an older copy beside a newer log', async () => {
    await testServer.create()
    await testServer.restart()
    copyFileSync(testServer.databasePath, copy)
    await testServer.restart()
    await testServer.create()
    const path = leaveBehind()
    copyFileSync(copy, path)
    await expect(open(path)).rejects.toThrow(/does not belong to/)
  })

  it('refuses a log without its database', async () => {
    await testServer.create()
    const path = leaveBehind()
    rmSync(path)
    await expect(open(path)).rejects.toThrow(/does not belong to/)
    expect(existsSync(path)).toBe(false)
  })

  it('accepts what a killed server leaves, at any moment of a checkpoint', async () => {
    const seen = new Set<number>()
    await until(async () => {
      const { id } = await testServer.create()
      const path = leaveBehind()
      const database = await open(path)
      expect(database.loss).toBe(null)
      expect(isThere(path, id)).toBe(true)
      await database.close()
      seen.add(statSync(testServer.databasePath).size)
      // Two checkpoints, and thus three generations of the log.
      return seen.size > 2
    })
  })

  it('reports lost transactions when the log is damaged, and accepts a log whose last transaction was cut off', async () => {
    for (let count = 0; count < 6; count++) await pay()
    const damaged = leaveBehind()
    const bytes = readFileSync(`${damaged}-wal`)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    writeFileSync(`${damaged}-wal`, bytes)
    const database = await open(damaged)
    expect(database.loss).toEqual({ changes: null, knownAt: null })
    await database.close()

    const torn = leaveBehind()
    truncateSync(`${torn}-wal`, statSync(`${torn}-wal`).size - 1_000)
    const sound = await open(torn)
    expect(sound.loss).toBe(null)
    await sound.close()
  })

  it('logs an error when the database has lost changes, and continues', async () => {
    await pay()
    await testServer.restart()
    copyFileSync(testServer.databasePath, copy)
    await pay()
    await testServer.restart()
    expect(testServer.logged()).not.toContain('holds less than it did')
    await testServer.restart(() => copyFileSync(copy, testServer.databasePath))
    expect(testServer.logged()).toMatch(
      /"level":50,[^\n]*"changes":\d+,[^\n]*holds less than it did/,
    )
    expect(testServer.logged()).toContain('netgiro-checkout reconcile')
  })
})
