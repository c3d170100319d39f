/**
 * ZWJ and ZWNJ shape words (Persian, the scripts of India) and join emoji. Anywhere else they are invisible and make different
 * texts look alike.
 */
const joinersInWords =
  /(?<=[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d](?=[\p{L}\p{M}\p{N}\p{Extended_Pictographic}])/gu

/** Controls, line and paragraph separators, format characters, non-characters, and letters without a glyph. */
const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Noncharacter_Code_Point}]|(?!\p{M})\p{Default_Ignorable_Code_Point}/u

/** U+2800 is a symbol by its category, and blank. */
const visible = /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}\p{C}\u2800]/u

const plainAscii = /^[\x20-\x7e]*$/

/** Whether the text is free of half surrogate pairs, controls and invisible characters. */
export const isPrintable = (text: string): boolean =>
  plainAscii.test(text) ||
  (text.isWellFormed() && !unprintable.test(text.replace(joinersInWords, '')))

/** Whether at least one character has a visible glyph. */
export const isVisible = (text: string): boolean => visible.test(text)

/** `isPrintable` for every text in a JSON value, names included. */
export function isPrintableThroughout(value: unknown): boolean {
  if (typeof value === 'string') return isPrintable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(
    ([name, inner]) => isPrintable(name) && isPrintableThroughout(inner),
  )
}
