/** What was sent before, as far as it bears on sending once more. */
export interface Usage {
  /** Requests to this phone that are not known to be over, in any checkout. */
  readonly openToPhone: number
  /** When requests to this phone were sent, in the last day. */
  readonly toPhone: readonly number[]
  /** Phones that requests were sent to from this address of late, and when last; null where the address is unknown. */
  readonly fromAddress: ReadonlyMap<string, number> | null
  readonly phone: string
  /** Attempts of this checkout so far. */
  readonly ofCheckout: number
}

const minutes = 60_000

/** [owasp] ASVS 6.6.4: out-of-band requests are rate limited, so that nobody's phone is made to ring without end. */
export interface Limits {
  readonly toPhonePer10Minutes: number
  readonly toPhonePerDay: number
  /** Far more than a busy shop needs: a carrier or an office puts thousands of shoppers behind one address. */
  readonly phonesPerAddressIn10Minutes: number
  readonly attemptsPerCheckout: number
}

export const defaultLimits: Limits = {
  toPhonePer10Minutes: 5,
  toPhonePerDay: 20,
  phonesPerAddressIn10Minutes: 1_000,
  attemptsPerCheckout: 10,
}

/** How far back the usage must reach, of a phone and of an address. */
export const lookbackMs = { phone: 24 * 60 * minutes, address: 10 * minutes }

/** Null when one more request may go out; otherwise when it is worth asking again (Infinity: never, for this checkout). */
export function retryAt(usage: Usage, limits: Limits, now: number): number | null {
  if (usage.ofCheckout >= limits.attemptsPerCheckout) return Infinity
  if (usage.openToPhone > 0) return now + minutes
  const short = windowFreeAt(usage.toPhone, limits.toPhonePer10Minutes, 10 * minutes, now)
  const long = windowFreeAt(usage.toPhone, limits.toPhonePerDay, lookbackMs.phone, now)
  const others = [...(usage.fromAddress ?? [])].filter(([phone]) => phone !== usage.phone)
  const times = others.map(([, at]) => at)
  const { phonesPerAddressIn10Minutes } = limits
  const address = windowFreeAt(times, phonesPerAddressIn10Minutes, lookbackMs.address, now)
  const latest = Math.max(short ?? 0, long ?? 0, address ?? 0)
  return latest > now ? latest : null
}

/** What a limit is counted by. */
export type Limit = 'checkout' | 'phone' | 'address'

/** Which limit it was that refused a request. */
export function limitReached(usage: Usage, limits: Limits, now: number): Limit {
  if (usage.ofCheckout >= limits.attemptsPerCheckout) return 'checkout'
  return retryAt({ ...usage, fromAddress: null }, limits, now) === null ? 'address' : 'phone'
}

/** When fewer than `most` of the times will lie within the stretch before; null when that is so already. */
function windowFreeAt(
  times: readonly number[],
  most: number,
  within: number,
  now: number,
): number | null {
  const recent = times.filter((at) => at > now - within).sort((a, b) => a - b)
  const first = recent[recent.length - most]
  return first === undefined ? null : first + within
}
