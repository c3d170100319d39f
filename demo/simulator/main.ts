import { sandbox } from './sandbox.ts'
import { startSimulator, type Simulator } from './simulator.ts'

const { env } = process
const port = Number(env['SIMULATOR_PORT'] ?? 4010)

function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `Port ${port} is taken: end the other program or set SIMULATOR_PORT.`
  return `The simulator could not start: ${String(error)}`
}

function endOnSignal(simulator: Simulator) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void simulator.close())
}

if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error('SIMULATOR_PORT is not a port number.')
  process.exitCode = 1
} else
  try {
    const appId = env['SIMULATOR_APP_ID'] ?? sandbox.appId
    const secretKey = env['SIMULATOR_SECRET_KEY'] ?? sandbox.secretKey
    const merchant = env['SIMULATOR_MERCHANT']
    const simulator = await startSimulator({
      ...{ port, appId, secretKey },
      ...(merchant === undefined ? {} : { merchant }),
    })
    endOnSignal(simulator)
    console.log(`Netgíró simulator (no real money)
  API            ${simulator.apiUrl} and ${simulator.v2Url}
  refunds of V1  ${simulator.partnerUrl}
  the phone      ${simulator.customerUrl}
  for tests      ${simulator.url}/simulator/carts
  application    ${appId}`)
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
