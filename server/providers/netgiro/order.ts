import type { Item, Order, PayerRequest } from '../../core/checkout.ts'

/** No page documents a maximum length. A bill or a phone shows one short line. */
const maxDescriptionLength = 255

/** Neither of Netgíró's APIs has a field for a currency or for options of the shop. */
export const orderErrors = (
  { currency, description, items }: Pick<Order, 'currency' | 'description' | 'items'>,
  options: Readonly<Record<string, unknown>> | null,
): readonly string[] => [
  ...(currency === 'ISK' ? [] : ['currency: must be ISK']),
  ...(options === null ? [] : ['providerOptions: there are none for netgiro']),
  ...checkDescription(description ?? ''),
  ...items.flatMap(({ quantity }, index) =>
    Number.isSafeInteger(inThousandths(quantity)) ? [] : [`items.${index}.quantity: is too large`],
  ),
]

const checkDescription = (description: string): readonly string[] => [
  ...(/[\r\n]/.test(description) ? ['description: must be a single line for netgiro'] : []),
  ...(Array.from(description).length > maxDescriptionLength
    ? [`description: must have at most ${maxDescriptionLength} characters for netgiro`]
    : []),
]

/**
 * [netgiro] CartItemRequest in the .NET wrapper: Quantity in 1/1000 units. Rounded, because the product of 1,000 and a
 * quantity with three decimals may be slightly off the whole number.
 */
export const inThousandths = (quantity: Item['quantity']): number => Math.round(quantity * 1000)

/** `CustomerId` in V1, `CustomerIdentifier` in V2. */
export const customerId = (payer: PayerRequest): string => ('value' in payer ? payer.value : '')
