import { isRefusal, refusal, ResultCode, type Refusal } from './codes.ts'

/** How a customer behaves who was sent a request. */
export interface Persona {
  readonly phone: string
  readonly name: string
  readonly does: string
  /** The same in Icelandic, for the phone page. */
  readonly gerir: string
  readonly answersAfter?: { readonly ms: number; readonly with: 'approve' | 'reject' }
  /** Every answer about this customer's cart takes this long; the effect is immediate. */
  readonly slowMs?: number
  /** InsertCart is refused; no cart is made. */
  readonly refused?: Refusal
}

export const personas: readonly Persona[] = [
  {
    phone: '8223281',
    name: 'published test number',
    does: 'waits for a person at the phone page',
    gerir: 'bíður eftir svari hér á síðunni',
  },
  {
    phone: '7700002',
    name: 'approves',
    does: 'approves by itself after 3 s',
    gerir: 'samþykkir sjálfkrafa eftir 3 sek.',
    answersAfter: { ms: 3000, with: 'approve' },
  },
  {
    phone: '7700001',
    name: 'declines',
    does: 'declines by itself after 3 s',
    gerir: 'hafnar sjálfkrafa eftir 3 sek.',
    answersAfter: { ms: 3000, with: 'reject' },
  },
  {
    phone: '7700003',
    name: 'silent',
    does: 'never answers; the request runs out',
    gerir: 'svarar aldrei; beiðnin rennur út',
  },
  {
    phone: '7700004',
    name: 'slow',
    does: 'waits for a person; every API answer about the cart takes 4 s',
    gerir: 'bíður eftir svari; kerfið svarar seint (4 sek.)',
    slowMs: 4000,
  },
  {
    phone: '6610306',
    name: 'not a customer',
    does: 'InsertCart answers 10306',
    gerir: 'er ekki viðskiptavinur (10306)',
    refused: refusal(ResultCode.CustomerDoesNotExist, 'Customer does not exist.'),
  },
  {
    phone: '6610302',
    name: 'no credit',
    does: 'InsertCart answers 10302',
    gerir: 'fær ekki heimild (10302)',
    refused: refusal(ResultCode.CustomerDeclined, 'Customer declined payment.'),
  },
]

const byPhone = new Map(personas.map((persona) => [persona.phone, persona]))

const anyone = (phone: string): Persona => ({
  phone,
  name: 'anyone',
  does: 'waits for a person at the phone page',
  gerir: 'bíður eftir svari hér á síðunni',
})

type Kind = 'gsm' | 'ssn' | 'app_code'

/** [netgiro] insert-cart: CustomerId is a GSM number, an SSN or an AppCode; how each looks, in the order to try. */
const kinds: readonly (readonly [Kind, RegExp])[] = [
  ['gsm', /^[678]\d{6}$/],
  // The number under the barcode in the app: 500004 and a token of four.
  ['app_code', /^500004[0-9a-z]{4}$/i],
  ['ssn', /^\d{10}$/],
]

const notYet = (kind: string): Refusal =>
  refusal(ResultCode.GenericError, `The simulator does not know customers by ${kind} yet.`)

/** How each kind of identifier finds its customer. */
const find: Readonly<Record<Kind, (id: string) => Persona | Refusal>> = {
  gsm: (phone) => byPhone.get(phone) ?? anyone(phone),
  ssn: () => notYet('SSN'),
  app_code: () => notYet('AppCode'),
}

/** The customer behind a CustomerId, or why there is none. Country codes, spaces and hyphens are not documented. */
export function identify(customerId: string): Persona | Refusal {
  const kind = kinds.find(([, form]) => form.test(customerId))?.[0]
  if (!kind) return refusal(ResultCode.GenericError, 'CustomerId is not valid.')
  const customer = find[kind](customerId)
  return isRefusal(customer) ? customer : (customer.refused ?? customer)
}
