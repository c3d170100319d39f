/** What a site may demand of InitializePayment beyond what the field table does. */
export type Requirement =
  'name' | 'address' | 'zip' | 'city' | 'phone' | 'mail' | 'identificationNumber' | 'orderReference'

/** [avarda] how-to-get-started: a site code stands for one site with its country and currency. */
export interface Site {
  readonly code: string
  readonly password: string
  /** ISO 3166-1 alpha-3. */
  readonly country: string
  readonly currency: string
  /** May it sell to companies? Yes when left out. */
  readonly b2b?: boolean
  /** The account class of its invoices; null when it has none. */
  readonly accountClass?: string | null
  /** Fields that are optional in the table, while the list of messages knows a site where they are not. */
  readonly requires?: readonly Requirement[]
}

const password = 'simulator'

/** Invented, like the accounts' names: nothing of this opens anything at Avarda. */
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
