import { groupThousands, icelandicKronur } from '../format.ts'

/** [iso4217] krónur have no minor unit; the provider's other currencies have two decimals. */
const fractionDigits = (currency: string): number => (currency === 'ISK' ? 0 : 2)

/** Formats minor units with the given separators: `123450` öre → `1 234,50`. */
function formatDecimal(amount: number, currency: string, thousands: string, point: string): string {
  const digits = fractionDigits(currency)
  const minor = String(amount).padStart(digits + 1, '0')
  const whole = groupThousands(Number(minor.slice(0, minor.length - digits)), thousands)
  return digits ? `${whole}${point}${minor.slice(-digits)}` : whole
}

/** `SEK 1,234.50`. Uses the currency code, because three Nordic currencies are abbreviated `kr`. */
export const englishMoney = (amount: number, currency: string): string =>
  `${currency}\u00a0${formatDecimal(amount, currency, ',', '.')}`

/** `1 234,50 SEK` */
export const swedishMoney = (amount: number, currency: string): string =>
  `${formatDecimal(amount, currency, '\u00a0', ',')}\u00a0${currency}`

/** `1.234,50 SEK`, and krónur in the usual Icelandic notation. */
export const icelandicMoney = (amount: number, currency: string): string =>
  currency === 'ISK'
    ? icelandicKronur(amount)
    : `${formatDecimal(amount, currency, '.', ',')}\u00a0${currency}`
