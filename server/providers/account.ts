import { hash } from 'node:crypto'

/**
 * Identifies an account without containing anything of it: in some APIs the application id is the key itself. Neither the
 * secret nor the base URL is part of it, so an account stays the same when these change.
 */
export const accountOf = (appId: string): string =>
  hash('sha256', appId.toLowerCase(), 'hex').slice(0, 16)
