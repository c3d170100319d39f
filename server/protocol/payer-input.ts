/**
 * What pasted and autofilled numbers contain between the characters: white space, dashes and other punctuation,
 * direction marks and other invisible characters.
 */
const separators = /[\s\u2212\p{P}\p{M}\p{C}\p{DI}]/gu

/** [unicode] The decimal digits of a script follow each other: each is one more than the one before it, and before the zero is none. */
function digitValue(digit: string): number {
  const before = String.fromCodePoint(Number(digit.codePointAt(0)) - 1)
  return /\p{Nd}/u.test(before) ? (digitValue(before) + 1) % 10 : 0
}

/** The text without separators, and with the digits of every keyboard as `0` to `9`. */
const strip = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(separators, '')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))

/** Icelandic mobile numbers have seven digits and begin with 6, 7 or 8; the country code may precede them. */
const mobile = /^(?:tel)?(?:(?:\+|00)?354)?([678]\d{6})$/i

/**
 * Parses a phone number as people write it (`822 3281`, `+354 822-3281`, `00354 8223281`, in the digits of any keyboard).
 *
 * @returns the seven digits that Netgíró expects; null when it is not an Icelandic mobile number
 */
export const parsePhone = (text: string): string | null => mobile.exec(strip(text))?.[1] ?? null

/**
 * Parses a kennitala as people write it (`111111-1119`).
 *
 * @returns the ten digits; null when it is not a kennitala
 */
export function parseNationalId(text: string): string | null {
  const digits = strip(text)
  if (!/^\d{10}$/.test(digits)) return null
  // [netgiro] the sandbox's second customer, born in month 22.
  if (digits === '2222222229') return digits
  // [skra] a system kennitala begins with 8 or 9 and contains no date. Kennitalas issued since 18 February 2026 have no check digit.
  if (/^[89]/.test(digits)) return digits
  // A company's kennitala has 40 added to the day.
  const day = Number(digits.slice(0, 2)) % 40
  const month = Number(digits.slice(2, 4))
  const lastDay = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= lastDay ? digits : null
}

/**
 * Parses the number under the barcode in the Netgíró app.
 *
 * @returns the code; null when it is not one. [netgiro] api-pos: `500004` and a token of four characters.
 */
export function parseAppCode(text: string): string | null {
  const code = strip(text)
  return /^500004[0-9A-Za-z]{4}$/.test(code) ? code : null
}

/**
 * Parses the code that the payer got by SMS.
 *
 * @returns the code; null when it is not one. [netgiro] api-pos: four characters.
 */
export function parseSmsCode(text: string): string | null {
  const code = strip(text)
  return /^[0-9A-Za-z]{4}$/.test(code) ? code : null
}
