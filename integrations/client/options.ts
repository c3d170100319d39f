/** Reads what the shop has set. A wrong setting is reported here, because each call would report it as a server that does not answer. */

/** @returns the address without a slash at its end */
export function readUrl(given: string): string {
  const text = (given as string | undefined)?.trim() ?? ''
  const { protocol, username } = URL.canParse(text) ? new URL(text) : { protocol: '', username: '' }
  if (!/^https?:$/.test(protocol) || username !== '')
    throw new TypeError('`url` must be the address of the payment server (PUBLIC_URL)')
  return text.replace(/\/+$/, '')
}

/** @returns the first key: the server takes both while they are rotated */
export function readKey(given: string): string {
  const [key = ''] = (given as string | undefined)?.split(',').map((one) => one.trim()) ?? []
  if (!/^[\w.~+/-]+=*$/.test(key))
    throw new TypeError('`key` must be MERCHANT_API_KEY of the payment server')
  return key
}

export function readIdempotencyKey(given: string | undefined): string {
  if (given === undefined || !/^[\x20-\x7e]{1,255}$/.test(given))
    throw new TypeError('`idempotencyKey` must have 1 to 255 visible ASCII characters')
  return given
}

/** What JSON has no word for would reach the server as null, or look like a server that does not answer. */
export function toJson(body: object): string {
  return JSON.stringify(body, (name, value: unknown) => {
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
      throw new TypeError(`\`${name}\` is ${value}, which JSON cannot hold`)
    return value
  })
}
