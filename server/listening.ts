import { Server as HttpServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'

/** The server cannot listen at the address; the message is a sentence for the operator. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

export interface ListenAddress {
  /** 0, the default: a free one. */
  readonly port?: number
  /** Default: this machine alone. */
  readonly host?: string
  /** The variables that set them, to be named where they cannot be used. */
  readonly names?: { readonly port: string; readonly host: string }
}

export interface Listener {
  readonly url: string
  readonly port: number
  /**
   * Takes no new connections and resolves once the last one is closed.
   *
   * @param graceMs How long requests may go on before their connections are destroyed; default: not at all.
   */
  readonly close: (graceMs?: number) => Promise<void>
}

/**
 * Listens on an address.
 *
 * @throws CannotListen where `names` are given, else the error of Node, such as EADDRINUSE.
 */
export async function listen(server: Server, address: ListenAddress = {}): Promise<Listener> {
  const { port = 0, host = '127.0.0.1', names } = address
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(names ? new CannotListen(sentence(error, port, host, names)) : error),
    )
    server.listen(port, host, resolve)
  })
  const bound = server.address() as AddressInfo
  return {
    url: urlOf(bound),
    port: bound.port,
    close: (graceMs = 0) => close(server, graceMs),
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  if (!(server instanceof HttpServer)) {
    await closed
    return
  }
  if (graceMs === 0) server.closeAllConnections()
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  // A connection that was busy when the server closed stays open for a next request, which will not be served.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

function sentence(
  { code = 'unknown error' }: NodeJS.ErrnoException,
  port: number,
  host: string,
  names: NonNullable<ListenAddress['names']>,
): string {
  switch (code) {
    case 'EADDRINUSE':
      return `The port is taken by another program: set ${names.port} to a free one (${code}: ${host}, ${port}).`
    case 'EACCES':
      return `This user may not listen on port ${port}: set ${names.port} to one above 1023 (${code}).`
    default:
      return `${names.host} is no address of this machine that could be listened on (${code}: ${host}).`
  }
}
