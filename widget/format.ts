/** By hand: the first `Intl.NumberFormat('is')` alone costs a phone 75 ms. A no-break space keeps the unit with the sum. */
export const groupThousands = (amount: number, separator: string): string =>
  String(amount).replace(/\B(?=(\d{3})+$)/g, separator)

/** Whole krónur as Icelanders write them: `12.990 kr.` */
export const icelandicKronur = (amount: number): string => `${groupThousands(amount, '.')}\u00a0kr.`

/** `ISK 12,990` */
export const englishKronur = (amount: number): string => `ISK\u00a0${groupThousands(amount, ',')}`

/** `8223281` → `822 3281`, as it is said aloud. */
export const groupPhone = (digits: string): string => `${digits.slice(0, 3)} ${digits.slice(3)}`

/** `161` → `2:41` */
export const formatDuration = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
