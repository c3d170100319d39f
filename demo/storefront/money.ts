import type { Language } from './catalogue.ts'

const grouped = (amount: number, mark: string): string =>
  String(amount).replace(/\B(?=(\d{3})+$)/g, mark)

/** As the payment element writes them beside it; with spaces that do not break. */
const ways = {
  is: (amount) => `${grouped(amount, '.')}\u00a0kr.`,
  en: (amount) => `ISK\u00a0${grouped(amount, ',')}`,
} as const satisfies Record<Language, (amount: number) => string>

/** Whole krónur as people read them: `12.990 kr.`, `ISK 12,990`. */
export const kronur = (amount: number, language: Language): string => ways[language](amount)
