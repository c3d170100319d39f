import type { Currency, Language } from './catalogue.ts'

const grouped = (amount: number, mark: string): string =>
  String(amount).replace(/\B(?=(\d{3})+$)/g, mark)

const inOre = (amount: number, [mark, point]: readonly [string, string]): string =>
  grouped(Math.trunc(amount / 100), mark) + point + String(amount % 100).padStart(2, '0')

/** The formats of the payment element, with non-breaking spaces. */
const formats = {
  is: {
    ISK: (amount) => `${grouped(amount, '.')}\u00a0kr.`,
    SEK: (amount) => `${inOre(amount, ['.', ','])}\u00a0SEK`,
  },
  en: {
    ISK: (amount) => `ISK\u00a0${grouped(amount, ',')}`,
    SEK: (amount) => `SEK\u00a0${inOre(amount, [',', '.'])}`,
  },
} as const satisfies Record<Language, Record<Currency, (amount: number) => string>>

/** Amounts in the currency's minor unit as text: `12.990 kr.`, `SEK 1,299.00`. */
export const money = (amount: number, currency: Currency, language: Language): string =>
  formats[language][currency](amount)
