/** The codings in which assets are available. */
export type Coding = 'gzip' | 'identity'

/**
 * [rfc9110] 12.5.3: `identity` is acceptable unless excluded by name or by `*`; any other coding must be listed.
 *
 * @param header the value of `Accept-Encoding`
 * @returns the preferred coding; null when neither is acceptable
 */
export function codingFor(header: string | undefined): Coding | null {
  if (header === undefined) return 'identity'
  const weights = new Map(header.split(',').map(weigh))
  const any = weights.get('*')
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? any ?? 0
  const identity = weights.get('identity') ?? (any === 0 ? 0 : null)
  // An identity without a weight ranks last.
  if (gzip > 0 && gzip >= (identity ?? 0)) return 'gzip'
  return identity === 0 ? null : 'identity'
}

function weigh(element: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase())
  const [weight] = parameters.flatMap((one) => /^q\s*=\s*(.*)$/.exec(one)?.[1] ?? [])
  if (weight === undefined) return [coding, 1]
  return [coding, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0]
}
