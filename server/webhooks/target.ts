/** Where a webhook goes, and what is said there before it is listened to. */
export interface Target {
  /** Without the user name and password that may stand in what was configured. */
  readonly url: string
  /** The value of `Authorization`, where the address holds a user name. */
  readonly authorization: string | null
}

/**
 * The address of a shop taken apart. A user name and password in it are sent as [RFC 7617] Basic authentication: HTTP clients
 * drop them. Throws a TypeError where they cannot be sent.
 */
export function targetOf(configured: string): Target {
  const url = new URL(configured)
  if (url.username === '' && url.password === '') return { url: url.href, authorization: null }
  const [user, password] = [url.username, url.password].map(decode)
  if (user?.includes(':')) throw new TypeError('A user name with a colon cannot be sent')
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
    throw new TypeError('What is written with % is not UTF-8', { cause })
  }
  // [RFC 7617] "The user-id and password MUST NOT contain any control characters."
  if (/\p{Cc}/u.test(text)) throw new TypeError('Control characters cannot be sent')
  return text
}
