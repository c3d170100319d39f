/** Free ports for the demo's four parts, found before anything starts. */
import { createServer, type AddressInfo } from 'node:net'

export interface Ports {
  readonly simulator: number
  readonly avarda: number
  readonly server: number
  readonly storefront: number
}

export const host = '127.0.0.1'
/** The environment variables that set the ports. */
export const portVariables = {
  simulator: 'SIMULATOR_PORT',
  avarda: 'AVARDA_SIMULATOR_PORT',
  server: 'PORT',
  storefront: 'STOREFRONT_PORT',
} as const satisfies Record<keyof Ports, string>

/** Opens all of them before releasing any, so that no port is assigned twice. */
export async function freePorts(requested: Ports): Promise<Ports> {
  const reservations: Reservation[] = []
  const take = async (part: keyof Ports) => {
    const one = await reserve(part, requested[part])
    reservations.push(one)
    return one.port
  }
  try {
    return {
      simulator: await take('simulator'),
      avarda: await take('avarda'),
      server: await take('server'),
      storefront: await take('storefront'),
    }
  } finally {
    await Promise.all(reservations.map((one) => one.release()))
  }
}

interface Reservation {
  readonly port: number
  release(): Promise<void>
}

const reserve = (part: keyof Ports, port: number): Promise<Reservation> =>
  new Promise((resolve, reject) => {
    const socket = createServer()
    socket.once('error', (error: NodeJS.ErrnoException) => {
      reject(new PortError(part, port, error))
    })
    socket.listen(port, host, () => {
      const { port: taken } = socket.address() as AddressInfo
      const release = () => new Promise<void>((done) => socket.close(() => done()))
      resolve({ port: taken, release })
    })
  })

/** The message explains what to do, so that it can be shown without a stack. */
export class PortError extends Error {
  override readonly name = 'PortError'

  constructor(part: keyof Ports, port: number, cause: NodeJS.ErrnoException) {
    const why =
      cause.code === 'EADDRINUSE'
        ? 'is already in use'
        : `cannot be opened (${cause.code ?? cause.message})`
    super(`Port ${port} ${why}. Set ${portVariables[part]} to a free port.`, { cause })
  }
}
