/**
 * Whether two ids or references name the same: providers print GUIDs in either case, and texts come back in capitals and with
 * spaces behind. Not for secrets, which are compared exactly.
 */
export const isSameName = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase()
