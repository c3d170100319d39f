/** Beyond 15 digits a JSON number no longer tells every hundredth. */
export const maxHundredths = 999_999_999_999_999

/**
 * Hundredths as the decimal that JSON is to say. The quotient is the double that lies nearest to the decimal, so what is
 * printed is the decimal itself, up to `mostHundredths`.
 */
export const toDecimal = (hundredths: number): number => hundredths / 100

/** The hundredths that a decimal of JSON says; null where it has a third place, or more digits than can be told apart. */
export function toHundredths(decimal: number): number | null {
  const hundredths = Math.round(decimal * 100)
  const isExact = Math.abs(hundredths) <= maxHundredths && hundredths / 100 === decimal
  return isExact ? hundredths : null
}
