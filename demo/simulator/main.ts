import { run } from '../simulator-kit/command.ts'
import { sandbox } from './sandbox.ts'
import { startSimulator } from './simulator.ts'

const { env } = process
const appId = env['SIMULATOR_APP_ID'] ?? sandbox.appId
const secretKey = env['SIMULATOR_SECRET_KEY'] ?? sandbox.secretKey
const merchant = env['SIMULATOR_MERCHANT']

await run({
  portVariable: 'SIMULATOR_PORT',
  defaultPort: 4010,
  start: async (port) => {
    const simulator = await startSimulator({
      ...{ port, appId, secretKey },
      ...(merchant === undefined ? {} : { merchant }),
    })
    const banner = `Netgíró simulator (no real money)
  API            ${simulator.apiUrl} and ${simulator.v2Url}
  refunds of V1  ${simulator.partnerUrl}
  the phone      ${simulator.customerUrl}
  for tests      ${simulator.url}/simulator/carts
  application    ${appId}`
    return { banner, close: () => simulator.close() }
  },
})
