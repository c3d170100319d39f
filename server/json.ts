/** Deeper than any valid message. */
const maxDepth = 64

/**
 * The value of a JSON text; undefined where it is not valid, is nested too deeply, or has an object with a duplicate name, whose
 * value would be ambiguous. A byte order mark is not part of the text ([rfc8259] 8.1).
 */
export function readJson(text: string): unknown {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const members = countMembers(body)
  if (members === null) return undefined
  try {
    const value: unknown = JSON.parse(body)
    // Of two members with one name JSON.parse keeps the last, so that there are fewer names than were written.
    return countNames(value) === members ? value : undefined
  } catch {
    return undefined
  }
}

/** How many members the objects of a text have, by the colons outside of its strings; null: it is nested too deeply. */
function countMembers(text: string): number | null {
  let [members, level, inString] = [0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (inString) {
      if (char === code.backslash) at++
      else if (char === code.quote) inString = false
    } else if (char === code.quote) inString = true
    else if (char === code.colon) members++
    else if (char === code.brace || char === code.bracket) level++
    else if (char === code.endOfBrace || char === code.endOfBracket) level--
    if (level > maxDepth) return null
  }
  return members
}

const code = {
  ...{ quote: 0x22, backslash: 0x5c, colon: 0x3a },
  ...{ brace: 0x7b, endOfBrace: 0x7d, bracket: 0x5b, endOfBracket: 0x5d },
} as const

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let names = 0
  for (const inner of Object.values(value)) {
    if (!Array.isArray(value)) names++
    if (typeof inner === 'object') names += countNames(inner)
  }
  return names
}
