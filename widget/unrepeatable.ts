import type { AttemptReason } from '../server/protocol/index.ts'

/** Why an attempt ended after which every other one would end in the same way. */
export const unrepeatable: AttemptReason = 'amount_too_low'
