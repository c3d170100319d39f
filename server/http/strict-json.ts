/** [rfc8259] "An implementation may set limits on the maximum depth of nesting." */
const maxDepth = 32
const maxMembers = 5_000
/** `JSON.parse` or valibot's `record` would drop or misread these names silently. */
const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
/** A double keeps only some of more digits, so the number would change silently. */
const maxDigits = 16

/** The message is fit to show and quotes nothing of the text. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
}

/**
 * Parses JSON that has only one interpretation ([rfc8259] does not define duplicate names). Uses no recursion.
 *
 * @throws JsonFault for text that is invalid, ambiguous or would change when parsed
 */
export function parseStrictJson(text: string): unknown {
  scan(text)
  try {
    return JSON.parse(text)
  } catch {
    throw new JsonFault('The body is not valid JSON')
  }
}

/** Checks the limits; the text may not be JSON at all, which `JSON.parse` finds out. */
function scan(text: string): void {
  /** The names so far in each open object; null for an array. */
  const open: (Set<string> | null)[] = []
  let members = 0
  let isName = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at + 1)
      const content = readString(text.slice(at, end + 1))
      if (isName) addName(open.at(-1), content)
      isName = false
      at = end
    } else if (character === '{' || character === '[') {
      if (open.push(character === '{' ? new Set() : null) > maxDepth)
        throw new JsonFault('The body is nested too deeply')
      isName = character === '{'
    } else if (character === '}' || character === ']') {
      open.pop()
      isName = false
    } else if (character === ',') {
      if (++members > maxMembers) throw new JsonFault('The body has too many values')
      isName = open.at(-1) instanceof Set
    } else if (character !== undefined && startsNumber(character)) {
      at = endOfNumber(text, at) - 1
    }
  }
}

function addName(names: Set<string> | null | undefined, name: string): void {
  if (names?.has(name)) throw new JsonFault('The body contains a field twice')
  if (reservedNames.has(name)) throw new JsonFault('The body has a field with a reserved name')
  names?.add(name)
}

/** The index of the closing quotation mark; the length of the text when there is none. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes++
    if (backslashes % 2 === 0) return at
  }
  return text.length
}

/** Only escapes can be ill-formed, because the text itself was decoded from UTF-8. */
function readString(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1)
  let content: unknown
  try {
    content = JSON.parse(raw)
  } catch {
    throw new JsonFault('The body is not valid JSON')
  }
  if (typeof content !== 'string' || !content.isWellFormed())
    throw new JsonFault('Text must be well-formed Unicode')
  return content
}

const startsNumber = (character: string) =>
  (character >= '0' && character <= '9') || character === '-'

const number = /-?\d[\d.eE+-]*/y

function endOfNumber(text: string, from: number): number {
  number.lastIndex = from
  const [token] = number.exec(text) ?? [' ']
  const [mantissa = ''] = token.split(/e/i, 1)
  const exact = mantissa.includes('.') ? mantissa.replace(/0+$/, '') : mantissa
  const digits = exact.replace(/[-.]/g, '').replace(/^0+/, '')
  if (digits.length > maxDigits || (digits !== '' && Number(token) === 0))
    throw new JsonFault('The body has a number with too many digits')
  return from + token.length
}
