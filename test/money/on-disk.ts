import { openSecondConnection } from '../support/second-connection.ts'

/** The first row of a result, over a connection of its own, which sees only what is committed. */
export function onDisk(path: string, sql: string, ...parameters: unknown[]): Row | undefined {
  const reader = openSecondConnection(path)
  try {
    return reader.prepare(sql).get(...parameters) as Row | undefined
  } finally {
    reader.close()
  }
}

export type Row = Readonly<Record<string, unknown>>
