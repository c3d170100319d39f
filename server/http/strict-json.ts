/** [rfc8259] "An implementation may set limits on the maximum depth of nesting." */
const maxDepth = 32
const maxMembers = 5_000
/** `JSON.parse` makes a number of these names, or valibot's `record` leaves them out: nothing is dropped in silence. */
const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
/** Of more digits a double keeps only some: the shop would be told another number than it gave. */
const maxDigits = 16

/** Says what is wrong with a JSON text; the words are fit to show and quote nothing of it. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
}

/**
 * Reads JSON that means one thing and one thing only, however it is read ([rfc8259] leaves it open what a name means that stands
 * there twice): what is ambiguous, or would be changed by reading it, is a JsonFault. Takes no more stack for deep texts.
 */
export function parseStrictJson(text: string): unknown {
  examine(text)
  try {
    return JSON.parse(text)
  } catch {
    throw new JsonFault('The body is not valid JSON')
  }
}

/** Looks through a text that may not be JSON at all, which `JSON.parse` finds out. */
function examine(text: string): void {
  /** The names so far of each object that is open; null for an array. */
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
    } else if (character !== undefined && startsNumber.test(character)) {
      at = endOfNumber(text, at) - 1
    }
  }
}

function addName(names: Set<string> | null | undefined, name: string): void {
  if (names?.has(name)) throw new JsonFault('The body gives the same field twice')
  if (reservedNames.has(name)) throw new JsonFault('The body has a field with a reserved name')
  names?.add(name)
}

/** Where the quotation mark stands that ends it; behind the text when there is none. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes++
    if (backslashes % 2 === 0) return at
  }
  return text.length
}

/** Only what is escaped can be ill-formed, for the text itself came out of UTF-8. */
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

const startsNumber = /[-\d]/
const number = /-?\d[\d.eE+-]*/y

function endOfNumber(text: string, from: number): number {
  number.lastIndex = from
  const [token] = number.exec(text) ?? [' ']
  const [mantissa = ''] = token.split(/e/i, 1)
  const exact = mantissa.includes('.') ? mantissa.replace(/0+$/, '') : mantissa
  const digits = exact.replace(/[-.]/g, '').replace(/^0+/, '')
  if (digits.length > maxDigits || (digits !== '' && Number(token) === 0))
    throw new JsonFault('The body has a number of too many digits')
  return from + token.length
}
