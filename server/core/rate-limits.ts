/** What was sent before, as far as it counts against another payment request. Times are in Unix milliseconds. */
export interface Usage {
  /** Requests to this phone that are not known to be over, in any checkout. */
  readonly openToPhone: number
  /** When requests were sent to this phone in the last day. */
  readonly toPhone: readonly number[]
  /** Phones that this address recently sent requests to, and when last; null: the address is unknown. */
  readonly fromAddress: ReadonlyMap<string, number> | null
  readonly phone: string
  /** Attempts of this checkout so far. */
  readonly ofCheckout: number
}

const minutes = 60_000

/** [owasp] ASVS 6.6.4: out-of-band requests are rate limited, so that no phone is flooded with them. */
export interface Limits {
  readonly toPhonePer10Minutes: number
  readonly toPhonePerDay: number
  /** Far above what a busy shop needs: a carrier or an office puts thousands of shoppers behind one address. */
  readonly phonesPerAddressIn10Minutes: number
  readonly attemptsPerCheckout: number
}

export const defaultLimits: Limits = {
  toPhonePer10Minutes: 5,
  toPhonePerDay: 20,
  phonesPerAddressIn10Minutes: 1_000,
  attemptsPerCheckout: 10,
}

/** How far back the usage of a phone and of an address must reach. */
export const lookbackMs = { phone: 24 * 60 * minutes, address: 10 * minutes }

/** Null if one more request may be sent; otherwise when to try again (Infinity: never, for this checkout). */
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

/** What a limit counts by. */
export type Limit = 'checkout' | 'phone' | 'address'

/** The limit that refuses a request. */
export function limitReached(usage: Usage, limits: Limits, now: number): Limit {
  if (usage.ofCheckout >= limits.attemptsPerCheckout) return 'checkout'
  return retryAt({ ...usage, fromAddress: null }, limits, now) === null ? 'address' : 'phone'
}

/** When fewer than `max` of the times will lie within the window before it; null if that is so already. */
function windowFreeAt(
  times: readonly number[],
  max: number,
  windowMs: number,
  now: number,
): number | null {
  const recent = times.filter((at) => at > now - windowMs).sort((a, b) => a - b)
  const first = recent[recent.length - max]
  return first === undefined ? null : first + windowMs
}
