import { startAvardaSimulator, type AvardaSimulator, type Site } from './simulator.ts'
import { defaultSites } from './sites.ts'

const { env } = process
const port = Number(env['AVARDA_SIMULATOR_PORT'] ?? 4020)
const minutes = Number(env['AVARDA_SIMULATOR_SESSION_MINUTES'] ?? 30)

/** `code:password:SWE:SEK`, several with commas between; undefined when it is not written like that. */
function readSites(text: string): readonly Site[] | undefined {
  const sites = text.split(',').map((one) => {
    const found = /^([^:]+):([^:]+):([A-Z]{3}):([A-Z]{3})$/.exec(one.trim())
    const [, code = '', password = '', country = '', currency = ''] = found ?? []
    return { code, password, country, currency }
  })
  return sites.every(({ code }) => code !== '') ? sites : undefined
}

const sitesVariable = env['AVARDA_SIMULATOR_SITES']
const sites = sitesVariable === undefined ? defaultSites : readSites(sitesVariable)

function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `Port ${port} is taken: end the other program or set AVARDA_SIMULATOR_PORT.`
  return `The simulator could not start: ${String(error)}`
}

function endOnSignal(simulator: AvardaSimulator) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void simulator.close())
}

const mistakes = [
  Number.isInteger(port) && port >= 0 && port <= 65_535
    ? []
    : ['AVARDA_SIMULATOR_PORT is not a port number.'],
  minutes > 0 ? [] : ['AVARDA_SIMULATOR_SESSION_MINUTES is not a number of minutes.'],
  sites ? [] : ['AVARDA_SIMULATOR_SITES is not written like code:password:SWE:SEK.'],
].flat()

if (!sites || mistakes.length > 0) {
  for (const mistake of mistakes) console.error(mistake)
  process.exitCode = 1
} else
  try {
    const authorization = env['AVARDA_SIMULATOR_NOTIFICATION_AUTHORIZATION']
    const simulator = await startAvardaSimulator({
      ...{ port, sites, sessionMs: minutes * 60_000 },
      ...(authorization === undefined ? {} : { notificationAuthorization: authorization }),
    })
    endOnSignal(simulator)
    console.log(`Avarda Checkout 2 simulator (no real money)
  API            ${simulator.apiUrl}
  the script     ${simulator.scriptUrl}
  for tests      ${simulator.url}/simulator/purchases
  sites          ${sites.map(({ code, currency }) => `${code} (${currency})`).join(', ')}`)
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
