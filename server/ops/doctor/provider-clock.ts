import { info, pass, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

const maxSkewMs = 60_000

/** Approval timeouts, webhook timestamps and the nonces of V1's signatures depend on this machine's clock. */
export function checkClock(date: string, now: number): CheckResult {
  const theirs = Date.parse(date)
  if (Number.isNaN(theirs)) return info('Netgíró sent no Date header: the clock was not checked')
  const skew = now - theirs
  const seconds = Math.round(Math.abs(skew) / 1_000)
  if (Math.abs(skew) <= maxSkewMs) return pass("This machine's clock is right")
  return fail(
    `This machine's clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} Netgíró's`,
    'Synchronize it, for example with timedatectl set-ntp true.',
  )
}
