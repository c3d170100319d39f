import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The address cannot be had; the message is a sentence for whoever starts the server. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

interface Address {
  readonly port: number
  readonly host: string
  /** How the settings of the two are called. */
  readonly names: { readonly port: string; readonly host: string }
}

export async function listen(server: Server, address: Address): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new CannotListen(sentence(error, address))))
    server.listen(address.port, address.host, resolve)
  })
  return server.address() as AddressInfo
}

function sentence(error: NodeJS.ErrnoException, { port, host, names }: Address): string {
  const { code = 'unknown error' } = error
  switch (code) {
    case 'EADDRINUSE':
      return `The port is taken by another program: set ${names.port} to a free one (${code}: ${host}, ${port}).`
    case 'EACCES':
      return `This user may not listen on port ${port}: set ${names.port} to one above 1023 (${code}).`
    default:
      return `${names.host} is no address of this machine that could be listened on (${code}: ${host}).`
  }
}
