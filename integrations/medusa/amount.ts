import type { BigNumberInput } from '@medusajs/framework/types'
import { MathBN, MedusaError } from '@medusajs/framework/utils'
import { currency } from './session-data.ts'

/**
 * Medusa counts in major units, and [iso4217] ISK has no minor unit: an amount is a number of whole krónur and is never
 * multiplied.
 *
 * @throws MedusaError for another currency, a fraction, and what is not a positive amount
 */
export function wholeKronur(amount: BigNumberInput, code = currency): number {
  if (code.toUpperCase() !== currency) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, `Netgíró takes ISK, not ${code}`)
  }
  const decimal = MathBN.convert(amount)
  const kronur = decimal.toNumber()
  if (!decimal.isInteger() || !Number.isSafeInteger(kronur) || kronur < 1) {
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      `Netgíró takes whole krónur, not ${kronur}: use tax-inclusive prices and discounts of whole krónur`,
    )
  }
  return kronur
}
