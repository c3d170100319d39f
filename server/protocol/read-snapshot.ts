import { outcomes, statuses } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const isText = (value: unknown): value is string => typeof value === 'string'
const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  (values as readonly unknown[]).includes(value)

/**
 * Validates what came over the wire.
 *
 * @returns the snapshot; null for anything else, such as a proxy's error page or the answer of an older server
 */
export function readSnapshot(value: unknown): Snapshot | null {
  if (typeof value !== 'object' || value === null) return null
  const snapshot = value as Partial<Record<keyof Snapshot, unknown>>
  const lastAttempt = snapshot.lastAttempt as
    Partial<Record<'outcome' | 'reason', unknown>> | null | undefined
  const isValid =
    isOneOf(statuses, snapshot.status) &&
    Number.isSafeInteger(snapshot.version) &&
    Number.isSafeInteger(snapshot.amount) &&
    [
      snapshot.currency,
      snapshot.reference,
      snapshot.merchant,
      snapshot.expiresAt,
      snapshot.serverTime,
    ].every(isText) &&
    [snapshot.description, snapshot.phone].every((text) => text === null || isText(text)) &&
    typeof snapshot.cancelRequested === 'boolean' &&
    typeof snapshot.uncertain === 'boolean' &&
    (lastAttempt === null ||
      (isOneOf(outcomes, lastAttempt?.outcome) && isText(lastAttempt.reason)))
  return isValid ? (value as Snapshot) : null
}
