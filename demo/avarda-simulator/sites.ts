/** What a site may require of InitializePayment beyond the field table. */
export type Requirement =
  'name' | 'address' | 'zip' | 'city' | 'phone' | 'mail' | 'identificationNumber' | 'orderReference'

/** [avarda] how-to-get-started: a site code stands for one site with its country and currency. */
export interface Site {
  readonly code: string
  readonly password: string
  /** ISO 3166-1 alpha-3. */
  readonly country: string
  readonly currency: string
  /** Whether it may sell to companies; true by default. */
  readonly b2b?: boolean
  /** The account class of its invoices; null when it has none. */
  readonly accountClass?: string | null
  /** Fields that are optional in the table, but required by sites according to the list of messages. */
  readonly requires?: readonly Requirement[]
}

const password = 'simulator'

/** Invented, like the sites' codes: it opens nothing at Avarda. */
export const defaultSites = [
  { code: 'SimulatorSweden', password, country: 'SWE', currency: 'SEK' },
  { code: 'SimulatorFinland', password, country: 'FIN', currency: 'EUR' },
  { code: 'SimulatorDenmark', password, country: 'DNK', currency: 'DKK' },
  { code: 'SimulatorNorway', password, country: 'NOR', currency: 'NOK' },
  {
    ...{ code: 'SimulatorStrict', password, country: 'SWE', currency: 'SEK', b2b: false },
    requires: [
      ...(['name', 'address', 'zip', 'city', 'phone', 'mail'] as const),
      ...(['identificationNumber', 'orderReference'] as const),
    ],
  },
  {
    ...{ code: 'SimulatorNoInvoice', password, country: 'SWE', currency: 'SEK' },
    accountClass: null,
  },
] as const satisfies readonly Site[]

/** [avarda] how-to-get-started: Basic, the site code and the site password in ASCII. */
export function authenticate(sites: readonly Site[], header: string | undefined): Site | undefined {
  const [, encoded] = /^basic ([a-z\d+/=]+)$/i.exec(header ?? '') ?? []
  if (!encoded) return undefined
  const credentials = Buffer.from(encoded, 'base64').toString('latin1')
  return sites.find(({ code, password }) => credentials === `${code}:${password}`)
}

/** [avarda] get-payment-status: InvoicingCountry, "e.g. Sweden, Finland, Norway, Denmark". */
export const countryName = (country: string): string => countries.get(country) ?? country

const countries = new Map([
  ['SWE', 'Sweden'],
  ['FIN', 'Finland'],
  ['DNK', 'Denmark'],
  ['NOR', 'Norway'],
])
