import { hash } from 'node:crypto'

/**
 * Tells one account from another without holding anything of it: in some APIs the application's id is the key itself. The
 * secret is not part of it, so that an account stays the same when its secret is rotated.
 */
export const accountOf = ({ apiUrl, appId }: { apiUrl: string; appId: string }): string =>
  hash('sha256', `${apiUrl.toLowerCase()} ${appId.toLowerCase()}`, 'hex').slice(0, 16)
