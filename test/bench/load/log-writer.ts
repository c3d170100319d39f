import { statSync } from 'node:fs'
import { Checkpoints } from '../../../server/store/checkpoints.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { pause } from '../harness/usage.ts'

/** What empties SQLite's log: nothing, the commit that makes it long (SQLite's default), or ours. */
export type Emptied = 'never' | 'by commits' | 'beside'

export interface LogOptions {
  readonly path: string
  readonly emptied: Emptied
  readonly groups: number
}

const rowsInGroup = 20
const betweenGroupsMs = 10

const commands = {
  /** Commits groups of rows, one by one. Returns how long each commit blocked the event loop, and the largest size of the log. */
  async write({ path, emptied, groups }: LogOptions) {
    const database = openSqlite(path)
    database.exec('create table rows (key text primary key, body text)')
    // [sqlite] "1000 pages" by default; 0 is never.
    if (emptied !== 'beside')
      database.exec(`pragma wal_autocheckpoint = ${emptied === 'never' ? 0 : 1_000}`)
    const checkpoints = emptied === 'beside' ? new Checkpoints({ path }) : null
    const insert = (row: readonly string[]) => database.query('insert into rows values (?, ?)', row)
    const held: number[] = []
    let longest = 0
    for (let group = 0; group < groups; group++) {
      const began = performance.now()
      database.exec('begin')
      for (let row = 0; row < rowsInGroup; row++)
        insert([`${Math.random()}`, `${group}-${row}-${'x'.repeat(900)}`])
      database.exec('commit')
      held.push(performance.now() - began)
      checkpoints?.countWrites(rowsInGroup)
      longest = Math.max(longest, statSync(`${path}-wal`).size)
      await pause(betweenGroupsMs)
    }
    await checkpoints?.close()
    database.close()
    return { held, longest }
  },
}

export type LogWriter = typeof commands
serveRequests(commands)
