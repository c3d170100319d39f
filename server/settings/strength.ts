/** Words that people type where a secret belongs. */
const words = [
  ...['change', 'changeme', 'replace', 'insert', 'placeholder', 'example', 'sample', 'default'],
  ...['password', 'passwort', 'passwd', 'passphrase', 'pass', 'secret', 'token', 'key', 'api'],
  ...['admin', 'administrator', 'merchant', 'webhook', 'hook', 'root', 'user', 'login', 'welcome'],
  ...[
    'letmein',
    'qwertyuiop',
    'qwerty',
    'asdfghjkl',
    'asdf',
    'zxcvbnm',
    'abc',
    'foo',
    'bar',
    'baz',
  ],
  ...['demo', 'dev', 'development', 'staging', 'prod', 'production', 'local', 'sandbox'],
  ...[
    'netgiro',
    'checkout',
    'payment',
    'shop',
    'store',
    'iceland',
    'whsec',
    'your',
    'this',
    'that',
  ],
  ...['my', 'me', 'the', 'here', 'please', 'now', 'todo', 'fixme', 'super', 'very', 'not'],
  ...['some', 'random', 'value', 'string', 'with', 'and', 'for', '1q2w3e4r', '5t6y7u8i', '9o0p'],
].sort((a, b) => b.length - a.length)

/** [standard-webhooks] examples in the specification. */
const published = ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'plJ3nmyCDGBKInavdOK15jsl']

/** How many characters of a secret must remain once everything that can be guessed is removed; fewer for longer ones. */
const minOwnLetters = (length: number) => (length < 24 ? 6 : 4)

/**
 * Finds secrets that were typed as a placeholder; it does not measure entropy.
 *
 * @returns why the secret can be guessed, to be read after its name; null where no reason was found.
 */
export function weaknessOf(secret: string): string | null {
  if (published.includes(secret)) return 'is an example from a document'
  const codes = Array.from(secret, (letter) => letter.codePointAt(0) ?? 0)
  if (new Set(codes).size < 5) return 'has too few different characters'
  return weaknessOfCodes(codes) ?? (isMadeOfWords(secret) ? 'is made of well-known words' : null)
}

/** `weaknessOf` for a secret of bytes. */
export function weaknessOfBytes(bytes: Uint8Array): string | null {
  const codes = [...bytes]
  if (published.includes(Buffer.from(bytes).toString('base64'))) {
    return 'is an example from a document'
  }
  if (new Set(codes).size < 8) return 'has too few different bytes'
  const isText = codes.every((code) => code >= 0x20 && code < 0x7f)
  const text = isText ? Buffer.from(bytes).toString('latin1') : ''
  return (
    weaknessOfCodes(codes) ?? (isText && isMadeOfWords(text) ? 'is made of well-known words' : null)
  )
}

/** Whether it consists only of words from examples: for secrets that providers issue. */
export const isPlaceholder = (secret: string): boolean =>
  /[a-z]/i.test(secret) && whatIsOwn(secret) === ''

function weaknessOfCodes(codes: readonly number[]): string | null {
  for (let period = 1; period <= codes.length / 2; period++)
    if (codes.every((code, index) => code === codes[index % period])) return 'repeats itself'
  const steps = codes.slice(1).map((code, index) => Math.abs(code - (codes[index] ?? 0)))
  const easy = steps.filter((step) => step <= 1).length
  return easy >= 0.75 * steps.length ? 'goes on as one counts' : null
}

const isMadeOfWords = (secret: string): boolean =>
  [secret, inLetters(secret)].some((text) => {
    const own = whatIsOwn(text)
    return own.length < minOwnLetters(text.length) && own.length < text.length
  })

/** P@ssw0rd is the word password. */
const inLetters = (text: string): string =>
  text.replace(/[@013$5]/g, (sign) => 'aoiess'.charAt('@013$5'.indexOf(sign)))

function whatIsOwn(secret: string): string {
  // Years, sequences such as 12345, and separators between words.
  let rest = secret
    .toLowerCase()
    .replace(/0?123(?:4(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?)?|321|(?:19|20)\d\d|(.)\1{2,}/g, ' ')
  for (const word of words) rest = rest.replaceAll(word, ' ')
  return rest.replace(/[\s\-_.,:;!?~+/=<>[\](){}*'"$%]+/g, '')
}
