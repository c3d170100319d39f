/** Where a webhook goes, and the credentials for it. */
export interface Target {
  /** Without the user name and password that the configured URL may contain. */
  readonly url: string
  /** The value of `Authorization`; null if the URL has no user name. */
  readonly authorization: string | null
}

/**
 * Splits the URL of a shop. HTTP clients drop a user name and password in it, so they are sent as [RFC 7617] Basic
 * authentication.
 *
 * @throws TypeError if they cannot be sent
 */
export function targetOf(configured: string): Target {
  const url = new URL(configured)
  if (url.username === '' && url.password === '') return { url: url.href, authorization: null }
  const [user, password] = [url.username, url.password].map(decode)
  if (user?.includes(':')) throw new TypeError('The user name must not contain a colon')
  url.username = ''
  url.password = ''
  const credentials = Buffer.from(`${user}:${password}`, 'utf8').toString('base64')
  return { url: url.href, authorization: `Basic ${credentials}` }
}

function decode(part: string): string {
  let text: string
  try {
    text = decodeURIComponent(part)
  } catch (cause) {
    throw new TypeError('The percent-encoding is not valid UTF-8', { cause })
  }
  // [RFC 7617] "The user-id and password MUST NOT contain any control characters."
  if (/\p{Cc}/u.test(text)) throw new TypeError('Control characters are not allowed')
  return text
}
