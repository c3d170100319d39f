import { partnerCalls, v1Calls, v2Calls } from './faults.ts'

/** The counted calls; V2's are without the prefix `v2.` that they have in faults. */
const names = [...v1Calls, ...v2Calls, ...partnerCalls] as const

export type CallCounts = Record<(typeof names)[number], number>

export const noCalls = (): CallCounts =>
  Object.fromEntries(names.map((name) => [name, 0])) as CallCounts
