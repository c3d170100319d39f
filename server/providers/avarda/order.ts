import type { Item, Order } from '../../core/checkout.ts'
import type { PaymentRequest } from '../../core/provider.ts'
import { maxHundredths, toDecimal } from './money.ts'
import { optionErrors, toWire } from './options.ts'
import type { Options } from './options.ts'

/** [avarda] one site has one country's currency: "DK, FI, NO, SE". */
const currencies = ['SEK', 'NOK', 'DKK', 'EUR']

type Sale = Pick<Order, 'amount' | 'currency' | 'description' | 'items'>
type OrderCheck = readonly [isError: boolean, place: string, message: string]

/**
 * The errors that InitializePayment would report about an order, by the "Error messages" of its page, word for word. Those
 * that depend on the site's contract or on Avarda's registers cannot be known here.
 */
export const orderErrors = (
  order: Sale,
  options: Options | null,
  currency: string | null,
): readonly string[] => [
  ...failedChecks([...checkCurrency(order, currency), ...checkPrice(order)]),
  ...order.items.flatMap((item, index) => failedChecks(checkItem(item, `items.${index}`))),
  ...optionErrors(options),
]

const failedChecks = (checks: readonly OrderCheck[]): readonly string[] =>
  checks.flatMap(([isError, place, message]) => (isError ? [`${place}: ${message}`] : []))

function checkCurrency(order: Sale, currency: string | null): readonly OrderCheck[] {
  const accepted = currency === null ? currencies : [currency]
  const message = `must be ${accepted.length > 1 ? 'one of ' : ''}${accepted.join(', ')}`
  return [[!accepted.includes(order.currency), 'currency', message]]
}

function checkPrice({ amount, description, items }: Sale): readonly OrderCheck[] {
  const sum = items.reduce((total, item) => total + BigInt(item.amount), 0n)
  const hasItems = items.length > 0
  return [
    [!hasItems, 'items', 'Items List must contain at least one item.'],
    [
      // [avarda] Price: "Must be greater than 0", and nothing is sold without items.
      amount <= 0 || (hasItems && BigInt(amount) < sum),
      'amount',
      'Price must be either 0 (in case of no items), or greater than or equal to 0 and greater than or equal to sum of item prices.',
    ],
    [
      hasItems && BigInt(amount) !== sum,
      'amount',
      'Total price is not equal to sum of item prices',
    ],
    [amount > maxHundredths, 'amount', 'must have at most 15 digits'],
    [
      (description?.length ?? 0) > 4000,
      'description',
      'Description must be between 0 and 4000 characters.',
    ],
  ]
}

const checkItem = (
  { description, notes = '', amount, taxAmount = 0, productGroup = '' }: Item,
  place: string,
): readonly OrderCheck[] => [
  [
    description.trim() === '' || description.length > 35,
    `${place}.description`,
    'Item description must be specified and must not be longer than 35 characters or empty.',
  ],
  [notes.length > 35, `${place}.notes`, 'Item notes must not be longer than 35 characters.'],
  [Math.abs(amount) > maxHundredths, `${place}.amount`, 'must have at most 15 digits'],
  // [avarda] TaxAmount: "Can be zero or positive"; ProductGroup: "max. 50 characters". No message goes with either.
  [taxAmount < 0, `${place}.taxAmount`, 'must not be negative'],
  [taxAmount > maxHundredths, `${place}.taxAmount`, 'must have at most 15 digits'],
  [productGroup.length > 50, `${place}.productGroup`, 'must have at most 50 characters'],
]

/** The body of InitializePayment. The order's fields come last, so that no option overrides them. */
export const initializePayment = ({
  amount,
  reference,
  description,
  items,
  options,
}: PaymentRequest) => ({
  ...toWire(options),
  ...(description !== null && { Description: description }),
  Price: toDecimal(amount),
  OrderReference: reference,
  Items: items.map(toRow),
})

/** [avarda] Amount is that of the whole row, tax included; there is no field for a quantity. */
const toRow = ({ description, notes, amount, taxCode, taxAmount, productGroup }: Item) => ({
  Description: description,
  ...(notes !== undefined && { Notes: notes }),
  Amount: toDecimal(amount),
  ...(taxCode !== undefined && { TaxCode: taxCode }),
  ...(taxAmount !== undefined && { TaxAmount: toDecimal(taxAmount) }),
  ...(productGroup !== undefined && { ProductGroup: productGroup }),
})
