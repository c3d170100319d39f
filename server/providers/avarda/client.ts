import type { Failure } from '../failure.ts'
import { JsonClient } from '../json-client.ts'
import type { HttpResponse } from '../json-client.ts'

/** One site at Avarda: a contract, a country and a currency. */
export interface AvardaSite {
  /** e.g. `https://stage.avarda.org/CheckOut2`, without a slash at the end. */
  readonly apiUrl: string
  readonly siteCode: string
  readonly sitePassword: string
  /** The site's; null: any that Avarda's sites have, and what it reports of a payment is compared. */
  readonly currency: string | null
  /** Of the form that shoppers see. */
  readonly scriptUrl: string
}

export type Call = 'InitializePayment' | 'GetPaymentStatus'

/** How long each call may take; a call that runs out has an unknown outcome. */
const timeouts: Record<Call, number> = { InitializePayment: 20_000, GetPaymentStatus: 10_000 }

/** Calls with the site's credentials. */
export class AvardaClient {
  readonly #http: JsonClient

  constructor({ apiUrl, siteCode, sitePassword }: AvardaSite) {
    // [avarda] how-to-get-started: Basic with the Site Code and the Site Password, in ASCII before base64.
    const credentials = Buffer.from(`${siteCode}:${sitePassword}`, 'ascii').toString('base64')
    this.#http = new JsonClient(apiUrl, { authorization: `Basic ${credentials}` })
  }

  /** [avarda] "POST" and JSON for everything, reading too. */
  send(call: Call, fields: object): Promise<HttpResponse | Failure> {
    const path = `/CheckOut2Api/${call}`
    return this.#http.send({ method: 'POST', path, fields, timeoutMs: timeouts[call] })
  }

  close(): Promise<void> {
    return this.#http.close()
  }
}
