/** JSON sets no limits of its own; [rfc8259] 9 lets every parser set them. */
export interface JsonRules {
  readonly maxDepth: number
  readonly maxMembers: number
  /** Refuses what reading would change: numbers of too many digits, names like `__proto__`, halves of surrogate pairs. */
  readonly isExact: boolean
}

/** Says what is wrong with a JSON text; the message is fit to show and quotes nothing of it. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
}

/** Providers and shops send what they like beside what we read: only what contradicts itself is refused. */
const responseRules: JsonRules = { maxDepth: 64, maxMembers: Infinity, isExact: false }

/**
 * Reads the body of a response.
 *
 * @returns undefined where it is not JSON, is nested too deeply, or an object has two members of one name.
 */
export function readJson(text: string): unknown {
  // [rfc8259] 8.1: a byte order mark is not part of the text.
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  try {
    return parseJson(body, responseRules)
  } catch (error) {
    if (error instanceof JsonFault) return undefined
    throw error
  }
}

/**
 * Reads JSON that has one meaning only: [rfc8259] 4 leaves it open what two members of one name mean, and `JSON.parse` takes the
 * last. Needs no more stack for deeper texts.
 *
 * @throws JsonFault
 */
export function parseJson(text: string, rules: JsonRules): unknown {
  checkMembers(text, rules)
  try {
    return JSON.parse(text)
  } catch {
    throw notJson()
  }
}

const notJson = () => new JsonFault('The body is not valid JSON')

/** `JSON.parse` gives an object another prototype by these, or valibot's `record` leaves them out without a word. */
const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Scans a text that may not be JSON at all, which `JSON.parse` finds out. */
function checkMembers(text: string, { maxDepth, maxMembers, isExact }: JsonRules): void {
  /** The names so far of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = []
  let members = 0
  let isName = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at + 1)
      if (isName || isExact) {
        const content = readString(text.slice(at, end + 1), isExact)
        if (isName) addName(open.at(-1), content, isExact)
      }
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
    } else if (isExact && character !== undefined && startsNumber.test(character)) {
      at = endOfNumber(text, at) - 1
    }
  }
}

function addName(names: Set<string> | null | undefined, name: string, isExact: boolean): void {
  if (names?.has(name)) throw new JsonFault('The body gives the same field twice')
  if (isExact && reservedNames.has(name))
    throw new JsonFault('The body has a field with a reserved name')
  names?.add(name)
}

/** The index of the quotation mark that ends a string, or the length of the text where none does. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes++
    if (backslashes % 2 === 0) return at
  }
  return text.length
}

/** Only escapes can be ill-formed, because the text itself was decoded from UTF-8. */
function readString(raw: string, isExact: boolean): string {
  if (!raw.includes('\\')) return raw.slice(1, -1)
  let content: unknown
  try {
    content = JSON.parse(raw)
  } catch {
    throw notJson()
  }
  if (typeof content !== 'string') throw notJson()
  if (isExact && !content.isWellFormed()) throw new JsonFault('Text must be well-formed Unicode')
  return content
}

/** A double keeps no more digits of every number: a shop's amount would become another one. */
const maxDigits = 16

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
