import { Pool } from 'pg'
import { listenForStarts, record } from '../harness/bare-start.ts'
import { serveRequests } from '../harness/rpc-child.ts'

const commands = {
  /** A start and no more: a transaction before the call to the provider, and another one before the answer. */
  async start({ apiUrl, databaseUrl }: { readonly apiUrl: string; readonly databaseUrl: string }) {
    // As many as ours has.
    const connections = new Pool({ connectionString: databaseUrl, max: 10 })
    await connections.query('create table starts (id bigserial primary key, body text)')
    const insert = () => connections.query('insert into starts (body) values ($1)', [record])
    return listenForStarts(apiUrl, insert)
  },
}

export type StartsFloor = typeof commands
serveRequests(commands)
