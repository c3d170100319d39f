import { outcomes, statuses } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const isText = (value: unknown): boolean => typeof value === 'string'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'

/**
 * Validates a snapshot that was received from the server.
 *
 * @returns the snapshot; null for anything else, such as a proxy's error page or the answer of an older server
 */
export function readSnapshot(value: unknown): Snapshot | null {
  const snapshot = value as Partial<Record<keyof Snapshot, unknown>> | null
  const lastAttempt = snapshot?.lastAttempt as
    Partial<Record<'outcome' | 'reason', unknown>> | null | undefined
  const isValid =
    snapshot &&
    (statuses as readonly unknown[]).includes(snapshot.status) &&
    [
      snapshot.version,
      snapshot.amount,
      // Not a number for a text that is no time. `Date.parse` returns a date on pages with MooTools or Datejs.
      +new Date(snapshot.expiresAt as string),
      +new Date(snapshot.serverTime as string),
    ].every(Number.isSafeInteger) &&
    [
      snapshot.currency,
      snapshot.reference,
      snapshot.merchant,
      snapshot.expiresAt,
      snapshot.serverTime,
    ].every(isText) &&
    [snapshot.description, snapshot.phone].every((text) => text === null || isText(text)) &&
    [snapshot.cancelRequested, snapshot.uncertain].every(isFlag) &&
    (lastAttempt === null ||
      ((outcomes as readonly unknown[]).includes(lastAttempt?.outcome) &&
        isText(lastAttempt?.reason)))
  return isValid ? (value as Snapshot) : null
}
