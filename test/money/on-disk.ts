import { createRequire } from 'node:module'

interface Reader {
  prepare(sql: string): { get(...parameters: unknown[]): unknown }
  close(): void
}

/** The first row of an answer, over a connection of its own, which sees only what is committed. */
export function onDisk(path: string, sql: string, ...parameters: unknown[]): Row | undefined {
  const Database = createRequire(import.meta.url)('libsql') as new (path: string) => Reader
  const reader = new Database(path)
  try {
    return reader.prepare(sql).get(...parameters) as Row | undefined
  } finally {
    reader.close()
  }
}

export type Row = Readonly<Record<string, unknown>>
