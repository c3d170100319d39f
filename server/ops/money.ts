/**
 * An amount as operators read it: krónur as in Iceland (`12.990 kr.`), other currencies with their code (`SEK 2,299.00`),
 * because several are called crowns.
 *
 * @param amount in the currency's minor unit; ISK has none
 * @param currency ISO 4217 code
 * @param locale of the other currencies' separators: `SEK 2.299,00` in Icelandic
 */
export function money(amount: number, currency: string, locale = 'en'): string {
  if (currency === 'ISK') return `${new Intl.NumberFormat('is-IS').format(amount)} kr.`
  const decimals = decimalsOf(currency)
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  const text = format.format(Math.abs(amount) / 10 ** decimals)
  return `${amount < 0 ? '-' : ''}${currency} ${text}`
}

/** How many decimals a currency has: [iso4217] 0 for ISK, 2 for SEK. */
export function decimalsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}
