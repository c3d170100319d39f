import { hash } from 'node:crypto'

/**
 * Tells one account from another without holding anything of it: in some APIs the application's id is the key itself. The
 * secret is not part of it, nor is the address, so that an account stays the same when these change.
 */
export const accountOf = (appId: string): string =>
  hash('sha256', appId.toLowerCase(), 'hex').slice(0, 16)
