import type { Permit } from '../../core/ownership.ts'
import { HttpClient } from '../http-client.ts'

/** One site at Avarda: a contract, a country and a currency. */
export interface AvardaSite {
  /** e.g. `https://stage.avarda.org/CheckOut2`, without a slash at the end. */
  readonly apiUrl: string
  readonly siteCode: string
  readonly sitePassword: string
  /** The site's currency; null: any that Avarda's sites have, compared with what it reports of a payment. */
  readonly currency: string | null
  /** The script of the form that shoppers see. */
  readonly scriptUrl: string
}

export type Call = 'InitializePayment' | 'GetPaymentStatus'

/** Sends calls with the site's credentials. After a timeout the outcome of a call is unknown. */
export function avardaClient({ apiUrl, siteCode, sitePassword }: AvardaSite, permit: () => Permit) {
  // [avarda] how-to-get-started: Basic with the Site Code and the Site Password, in ASCII before base64.
  const credentials = Buffer.from(`${siteCode}:${sitePassword}`, 'ascii').toString('base64')
  const http = new HttpClient(apiUrl, {
    headers: { authorization: `Basic ${credentials}` },
    permit,
  })
  // [avarda] "POST" and JSON for everything, reading too.
  const endpoints = {
    InitializePayment: http.endpoint('POST', '/CheckOut2Api/InitializePayment', 20_000),
    GetPaymentStatus: http.endpoint('POST', '/CheckOut2Api/GetPaymentStatus', 10_000, true),
  }
  return {
    send: (call: Call, fields: object) => http.send(endpoints[call], fields),
    close: () => http.close(),
  }
}
