import { apiError, ResultCode, type ApiError } from './codes.ts'

/** [netgiro] insert-cart: CustomerId is a GSM number, an SSN or an AppCode. */
export type CustomerKind = 'gsm' | 'ssn' | 'app_code'

/** How a customer reacts to a request. */
export interface Persona {
  readonly kind: CustomerKind
  readonly id: string
  readonly does: string
  /** The same in Icelandic, for the phone page. */
  readonly gerir: string
  readonly answersAfter?: { readonly ms: number; readonly with: 'approve' | 'reject' }
  /** Every response about this customer's cart is late by this; the effect is immediate. */
  readonly slowMs?: number
  /** InsertCart is refused; no cart is made. */
  readonly error?: ApiError
}

export const unknownCustomer = apiError(ResultCode.CustomerDoesNotExist, 'Customer does not exist.')
const noCredit = apiError(ResultCode.CustomerDeclined, 'Customer declined payment.')

const waits = { does: 'waits for a person at the phone page', gerir: 'bíður eftir svari hér' }
const getsCode = { does: 'gets a code by SMS', gerir: 'fær kóða með SMS' }
const isApproved = { does: 'is approved at once', gerir: 'samþykkt um leið' }
const declines = {
  does: 'declines by itself after 3 s',
  gerir: 'hafnar sjálfkrafa eftir 3 sek.',
  answersAfter: { ms: 3000, with: 'reject' },
} as const
const isUnknown = {
  does: 'is not a customer (10306)',
  gerir: 'er ekki viðskiptavinur (10306)',
  error: unknownCustomer,
}
const hasNoCredit = {
  does: 'has no credit (10302)',
  gerir: 'fær ekki heimild (10302)',
  error: noCredit,
}

/** The scripted customers, Netgíró's published ones among them. */
export const personas: readonly Persona[] = [
  { kind: 'gsm', id: '8223281', ...waits },
  {
    ...{ kind: 'gsm', id: '7700002' },
    does: 'approves by itself after 3 s',
    gerir: 'samþykkir sjálfkrafa eftir 3 sek.',
    answersAfter: { ms: 3000, with: 'approve' },
  },
  { kind: 'gsm', id: '7700001', ...declines },
  {
    ...{ kind: 'gsm', id: '7700003' },
    does: 'never answers; the request runs out',
    gerir: 'svarar aldrei; beiðnin rennur út',
  },
  {
    ...{ kind: 'gsm', id: '7700004' },
    does: 'waits for a person; every API answer about the cart takes 4 s',
    gerir: 'bíður eftir svari; kerfið svarar seint (4 sek.)',
    slowMs: 4000,
  },
  { kind: 'gsm', id: '6610306', ...isUnknown },
  { kind: 'gsm', id: '6610302', ...hasNoCredit },
  // [netgiro] testing: 1111111119 has unlimited credit, 2222222229 has none ("error case").
  { kind: 'ssn', id: '1111111119', ...getsCode },
  { kind: 'ssn', id: '2222222229', ...hasNoCredit },
  { kind: 'ssn', id: '0101770019', ...declines },
  { kind: 'ssn', id: '0101103069', ...isUnknown },
  {
    ...{ kind: 'app_code', id: '5000040306' },
    does: 'is unknown or has run out (10306)',
    gerir: 'er óþekktur eða útrunninn (10306)',
    error: unknownCustomer,
  },
  {
    ...{ kind: 'app_code', id: '5000040302' },
    does: 'belongs to a customer without credit (10302)',
    gerir: 'viðskiptavinur fær ekki heimild (10302)',
    error: noCredit,
  },
]

const scripted = new Map(personas.map((persona) => [persona.id, persona]))

const defaultBehavior = { gsm: waits, ssn: getsCode, app_code: isApproved } as const

export const findPersona = (kind: CustomerKind, id: string): Persona =>
  scripted.get(id) ?? { kind, id, ...defaultBehavior[kind] }

/** A scripted customer needs no valid format. */
export const isScripted = (id: string) => scripted.has(id)
