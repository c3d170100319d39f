/** How to send what is there plain and zipped. */
export type Coding = 'gzip' | 'identity'

/**
 * [rfc9110] 12.5.3: the coding that the reader likes best of the two; null when it takes neither. Plain is taken unless it is
 * excluded, by its name or by `*`; a coding that is not named is not taken.
 */
export function codingFor(header: string | undefined): Coding | null {
  if (header === undefined) return 'identity'
  const weights = new Map(header.split(',').map(weigh))
  const any = weights.get('*')
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? any ?? 0
  const identity = weights.get('identity') ?? (any === 0 ? 0 : null)
  // Nobody has said how much plain is liked: as little as may be.
  if (gzip > 0 && gzip >= (identity ?? 0)) return 'gzip'
  return identity === 0 ? null : 'identity'
}

function weigh(element: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase())
  const [weight] = parameters.flatMap((one) => /^q\s*=\s*(.*)$/.exec(one)?.[1] ?? [])
  if (weight === undefined) return [coding, 1]
  return [coding, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0]
}
