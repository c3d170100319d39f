import type { Socket } from 'node:net'
import { DatabaseProxy } from './database-proxy.ts'

/** Can spoil the statement by which a server listens for notifications. */
export class ListenProxy extends DatabaseProxy {
  /** What becomes of the next ones; null: they pass. */
  spoils: 'refuse' | 'swallow' | null = null
  /** How many were spoiled. */
  spoiled = 0
  /** Connections that are open. */
  connections = 0

  static open(target: URL): Promise<ListenProxy> {
    return new ListenProxy(target).listen()
  }

  cut(): void {
    this.cutAll()
  }

  protected relay(client: Socket, upstream: Socket): void {
    this.connections++
    client.on('close', () => this.connections--)
    client.on('data', (data) => {
      const text = data.toString('latin1')
      const isSpoiled = this.spoils !== null && text.includes('listen "')
      if (isSpoiled) this.spoiled++
      if (isSpoiled && this.spoils === 'swallow') return
      // Of the same length, which the message names.
      upstream.write(isSpoiled ? Buffer.from(text.replace('listen', 'mumble'), 'latin1') : data)
    })
    upstream.on('data', (data) => client.write(data))
  }
}
