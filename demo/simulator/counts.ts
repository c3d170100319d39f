import { partnerCalls, v1Calls, v2Calls } from './faults.ts'

/** Every call that is counted; those of V2 go without the `v2.` that sets them apart among the faults. */
const names = [...v1Calls, ...v2Calls, ...partnerCalls] as const

export type CallCounts = Record<(typeof names)[number], number>

export const noCalls = (): CallCounts =>
  Object.fromEntries(names.map((name) => [name, 0])) as CallCounts
