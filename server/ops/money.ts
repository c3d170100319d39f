/**
 * An amount as operators read it: krónur as in Iceland (`12.990 kr.`), other currencies with their code (`SEK 2,299.00`),
 * because several are called crowns.
 *
 * @param amount in the currency's minor unit; ISK has none
 * @param currency ISO 4217 code
 */
export function money(amount: number, currency: string): string {
  if (currency === 'ISK') return `${new Intl.NumberFormat('is-IS').format(amount)} kr.`
  const style = { style: 'currency', currency, currencyDisplay: 'code' } as const
  const format = new Intl.NumberFormat('en', style)
  const { maximumFractionDigits = 2 } = format.resolvedOptions()
  return format.format(amount / 10 ** maximumFractionDigits).replace('\u00a0', ' ')
}
