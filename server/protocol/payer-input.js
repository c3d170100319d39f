/**
 * What pasted and autofilled numbers contain between the characters: white space, dashes and other punctuation,
 * direction marks and other invisible characters.
 */
const separators = /[\s\u2212\p{P}\p{M}\p{C}\p{DI}]/gu;
const strip = (text) => text.normalize('NFKC').replace(separators, '');
/** Icelandic mobile numbers have seven digits and begin with 6, 7 or 8; the country code may precede them. */
const mobile = /^(?:tel)?(?:(?:\+|00)?354)?([678]\d{6})$/i;
/**
 * Parses a phone number as people write it (`822 3281`, `+354 822-3281`, `00354 8223281`, full-width digits from an
 * autofill).
 *
 * @returns the seven digits that Netgíró expects; null when it is not an Icelandic mobile number
 */
export const parsePhone = (text) => mobile.exec(strip(text))?.[1] ?? null;
/**
 * Parses a kennitala as people write it (`111111-1119`).
 *
 * @returns the ten digits; null when it is not a kennitala
 */
export function parseNationalId(text) {
    const digits = strip(text);
    if (!/^\d{10}$/.test(digits))
        return null;
    // [netgiro] the sandbox's second customer, born in month 22.
    if (digits === '2222222229')
        return digits;
    // [skra] a system kennitala begins with 8 or 9 and contains no date. Kennitalas issued since 18 February 2026 have no check digit.
    if (/^[89]/.test(digits))
        return digits;
    // A company's kennitala has 40 added to the day.
    const day = Number(digits.slice(0, 2)) % 40;
    const month = Number(digits.slice(2, 4));
    const lastDay = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
    return day >= 1 && day <= lastDay ? digits : null;
}
/**
 * Parses the number under the barcode in the Netgíró app.
 *
 * @returns the code; null when it is not one. [netgiro] api-pos: `500004` and a token of four characters.
 */
export function parseAppCode(text) {
    const code = strip(text);
    return /^500004[0-9A-Za-z]{4}$/.test(code) ? code : null;
}
/**
 * Parses the code that the payer got by SMS.
 *
 * @returns the code; null when it is not one. [netgiro] api-pos: four characters.
 */
export function parseSmsCode(text) {
    const code = strip(text);
    return /^[0-9A-Za-z]{4}$/.test(code) ? code : null;
}
//# sourceMappingURL=payer-input.js.map