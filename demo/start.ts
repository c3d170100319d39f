import { startDemo, type Demo, type DemoOptions } from './demo.ts'
import { PortError, portVariables, type Ports } from './ports.ts'

const defaultPorts: Ports = { simulator: 4010, avarda: 4020, server: 8787, storefront: 8080 }

/**
 * Starts the demo on the ports of the environment, prints its addresses, and closes it on Ctrl-C. Sets the exit code if it cannot
 * start.
 */
export async function main(options: Pick<DemoOptions, 'startServer' | 'database'>): Promise<void> {
  try {
    const ports = {
      simulator: port('simulator'),
      avarda: port('avarda'),
      server: port('server'),
      storefront: port('storefront'),
    }
    const demo = await startDemo({
      ...options,
      ports,
      log: (line) => console.log(line),
      api: process.env['NETGIRO_API'] === 'v2' ? 'v2' : 'v1',
    })
    closeOnSignal(demo)
    console.log(welcome(demo))
  } catch (error) {
    // A port in use or an invalid setting needs a message, not a stack.
    console.error(isReadable(error) ? error.message : error)
    process.exitCode = 1
  }
}

const welcome = ({ shopUrl, customerUrl, bffUrl }: Demo): string => `
The shop        ${shopUrl}  (put something in the cart, then check out)
Point of sale   ${shopUrl}/pos  (phone, kennitala 111111-1119 or app code 500004 and any four characters)
Sweden          ${shopUrl}/sweden  (the same shop with Avarda Checkout 2)
Your phone      ${customerUrl}  (approve or reject the request here)
Number to type  822 3281, or 770 0002 approves by itself, 770 0001 declines, 770 0003 never answers
For the shop    ${shopUrl}/shopkeeper  (which orders are paid)
Payment server  ${bffUrl}  (press Ctrl-C to stop everything)
`

function port(part: keyof Ports): number {
  const variable = portVariables[part]
  const value = process.env[variable]
  if (!value) return defaultPorts[part]
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
  throw new RangeError(`${variable} must be a port number from 0 (any free port) to 65535.`)
}

const isReadable = (error: unknown): error is Error =>
  error instanceof PortError ||
  error instanceof RangeError ||
  (error instanceof Error && error.name === 'ConfigError')

/** Listens once: a second Ctrl-C ends the process at once, in case closing hangs. */
function closeOnSignal(demo: Demo): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void demo.close().then(() => process.exit(0))
    })
  }
}
