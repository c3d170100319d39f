import { openSecondConnection } from '../support/second-connection.ts'

const tables = ['checkouts', 'attempts', 'history', 'events', 'payment_requests']
const actions = ['insert', 'update']

/** Another program holds the write lock, as a backup or a shell does, until the returned function is called. */
export function lockDatabase(path: string): () => void {
  const connection = openSecondConnection(path)
  connection.exec('begin immediate')
  return () => {
    connection.exec('rollback')
    connection.close()
  }
}

/**
 * Makes every write to the database fail with SQLite's own "disk is full", over a connection of its own, until the
 * returned function is called with the path of the database by then. Reads still succeed, as on a real disk that is full.
 */
export function fillDisk(path: string): (path: string) => void {
  const each = (sql: (table: string, action: string) => string) =>
    tables.flatMap((table) => actions.map((action) => sql(table, action))).join(';')
  const change = (path: string, sql: string) => {
    const connection = openSecondConnection(path)
    connection.exec(sql)
    connection.close()
  }
  const full = "begin select raise(abort, 'database or disk is full'); end"
  change(
    path,
    each(
      (table, action) =>
        `create trigger full_${action}_${table} before ${action} on ${table} ${full}`,
    ),
  )
  return (later) =>
    change(
      later,
      each((table, action) => `drop trigger full_${action}_${table}`),
    )
}
