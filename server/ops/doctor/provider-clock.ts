import { info, pass, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const mostSkewMs = 60_000

/** Windows and webhook times come from our clock, and so do the nonces of V1's signatures. */
export function judgeClock(date: string, now: number): CheckResult {
  const theirs = Date.parse(date)
  if (Number.isNaN(theirs)) return info('Netgíró does not tell the time: the clock was not checked')
  const skew = now - theirs
  const seconds = Math.round(Math.abs(skew) / 1_000)
  if (Math.abs(skew) <= mostSkewMs) return pass("This machine's clock is right")
  return fail(
    `This machine's clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} Netgíró's`,
    'Set it by network time, e.g. timedatectl set-ntp true.',
  )
}
