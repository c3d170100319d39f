import type { Order, PayerRequest } from '../../checkout/checkout.ts'

/** What neither of Netgíró's APIs takes: there is no field for a currency, and none for anything of the shop's own. */
export const objectionsOf = (
  { currency }: Pick<Order, 'currency'>,
  options: Readonly<Record<string, unknown>> | null,
): readonly string[] => [
  ...(currency === 'ISK' ? [] : ['currency: must be ISK']),
  ...(options === null ? [] : ['providerOptions: there are none for netgiro']),
]

/** `CustomerId` in V1, `CustomerIdentifier` in V2. */
export const customerId = (payer: PayerRequest): string => ('value' in payer ? payer.value : '')
