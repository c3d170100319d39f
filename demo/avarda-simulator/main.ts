import { run } from '../simulator-kit/command.ts'
import { startAvardaSimulator, type Site } from './simulator.ts'
import { defaultSites } from './sites.ts'

const { env } = process
const minutes = Number(env['AVARDA_SIMULATOR_SESSION_MINUTES'] ?? 30)

/** `code:password:SWE:SEK`, several with commas between; undefined when the text has another form. */
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

const problems = [
  minutes > 0 ? [] : ['AVARDA_SIMULATOR_SESSION_MINUTES is not a number of minutes.'],
  sites ? [] : ['AVARDA_SIMULATOR_SITES must be a list of code:password:SWE:SEK.'],
].flat()

await run({
  ...{ portVariable: 'AVARDA_SIMULATOR_PORT', defaultPort: 4020, problems },
  start: async (port) => {
    const authorization = env['AVARDA_SIMULATOR_NOTIFICATION_AUTHORIZATION']
    const simulator = await startAvardaSimulator({
      ...{ port, sessionMs: minutes * 60_000, ...(sites && { sites }) },
      ...(authorization === undefined ? {} : { notificationAuthorization: authorization }),
    })
    const names = sites?.map(({ code, currency }) => `${code} (${currency})`) ?? []
    const banner = `Avarda Checkout 2 simulator (no real money)
  API            ${simulator.apiUrl}
  the script     ${simulator.scriptUrl}
  for tests      ${simulator.url}/simulator/purchases
  sites          ${names.join(', ')}`
    return { banner, close: () => simulator.close() }
  },
})
