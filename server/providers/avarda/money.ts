/** Beyond 15 digits a JSON number cannot represent every hundredth. */
export const maxHundredths = 999_999_999_999_999

/**
 * Hundredths as a decimal for JSON. The quotient is the double nearest to the decimal, so up to `maxHundredths` it is
 * serialized as exactly that decimal.
 */
export const toDecimal = (hundredths: number): number => hundredths / 100

/** A decimal from JSON in hundredths; null for NaN, a third decimal place, or too many digits to be exact. */
export function toHundredths(decimal: number): number | null {
  const hundredths = Math.round(decimal * 100)
  const isExact = Math.abs(hundredths) <= maxHundredths && hundredths / 100 === decimal
  return isExact ? hundredths : null
}
