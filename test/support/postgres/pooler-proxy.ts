import type { Socket } from 'node:net'
import { DatabaseProxy } from './database-proxy.ts'

/** [pgbouncer] `ignore_startup_parameters`: others than these are refused unless they are named there. */
const passed = new Set(['user', 'database', 'client_encoding', 'application_name'])

/**
 * Does what a pooler of transactions does: settings of a connection are refused or dropped,
 * and a client hears of notifications only in its own transactions, because otherwise the connection is not its own.
 */
export class PoolerProxy extends DatabaseProxy {
  /** Whether the settings that it does not know are dropped, instead of refused. */
  ignoresSettings = true

  static open(target: URL): Promise<PoolerProxy> {
    return new PoolerProxy(target).listen()
  }

  protected relay(client: Socket, upstream: Socket): void {
    let isInTransaction = true
    client.once('data', (startup) => {
      const parameters = readStartup(startup)
      const known = parameters.filter(([name]) => passed.has(name))
      if (known.length < parameters.length && !this.ignoresSettings) {
        client.end(protocolViolation)
        return
      }
      upstream.write(writeStartup(known))
      client.on('data', (data) => {
        isInTransaction = true
        upstream.write(data)
      })
    })
    let rest: Buffer = Buffer.alloc(0)
    upstream.on('data', (data) => {
      rest = Buffer.concat([rest, data])
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        const message = rest.subarray(0, rest.readInt32BE(1) + 1)
        rest = rest.subarray(message.length)
        const type = String.fromCharCode(message[0] ?? 0)
        if (type === 'A' && !isInTransaction) continue
        // [postgresql] ReadyForQuery, "I" if idle (not in a transaction block).
        if (type === 'Z') isInTransaction = message.toString('latin1', 5) !== 'I'
        client.write(message)
      }
    })
  }
}

type Parameter = readonly [name: string, value: string]

/** [postgresql] StartupMessage: length, version, pairs of name and value, each ended by a zero. */
function readStartup(message: Buffer): readonly Parameter[] {
  const texts = message.toString('utf8', 8).split('\0').slice(0, -2)
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? '']] : []))
}

function writeStartup(parameters: readonly Parameter[]): Buffer {
  const body = Buffer.from(`${parameters.flat().join('\0')}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 8, 0)
  head.writeInt32BE(196_608, 4)
  return Buffer.concat([head, body])
}

/** [pgbouncer] "unsupported startup parameter", as an ErrorResponse. */
const protocolViolation = (() => {
  const fields = Buffer.from(
    'SFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0',
  )
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
})()
