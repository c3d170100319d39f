/** Written by hand because the first `Intl.NumberFormat('is')` alone takes 75 ms on a phone. */
export const groupThousands = (amount: number, separator: string): string =>
  String(amount).replace(/\B(?=(\d{3})+$)/g, separator)

/** Whole krónur in Icelandic: `12.990 kr.`, with a no-break space. */
export const icelandicKronur = (amount: number): string => `${groupThousands(amount, '.')}\u00a0kr.`

/** Whole krónur in English: `ISK 12,990`, with a no-break space. */
export const englishKronur = (amount: number): string => `ISK\u00a0${groupThousands(amount, ',')}`

/** Whole krónur in Polish: `12 990 ISK`, with no-break spaces. */
export const polishKronur = (amount: number): string =>
  `${groupThousands(amount, '\u00a0')}\u00a0ISK`

/** `8223281` → `822 3281`, the usual grouping in Iceland. */
export const groupPhone = (digits: string): string => digits.replace(/^.../, '$& ')

/** `161` → `2:41` */
export const formatDuration = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
