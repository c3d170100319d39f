import { createHash, randomBytes } from 'node:crypto'

/** What an address on a screen is good for, and what a phone is given for it. */
interface Ticket {
  readonly order: string
  readonly expiresAt: number
}

/** Long enough to find the phone; an address on a screen can be seen by others. */
const lifetimeMs = 10 * 60_000

const newToken = (): string => randomBytes(16).toString('base64url')
const hash = (token: string): string => createHash('sha256').update(token).digest('base64url')

/**
 * Orders that are taken along to a phone, which has no cookie of this shop: the address in the QR code contains a token that
 * works once, and the phone gets a key that opens this order and nothing else. In memory: this is a demo.
 */
export class HandOffs {
  readonly #tickets = new Map<string, Ticket>()
  readonly #keys = new Map<string, string>()

  /** @returns the token for one view of the order's page */
  offer(order: string, now: Date): string {
    for (const [key, { expiresAt }] of this.#tickets) {
      if (expiresAt <= now.getTime()) this.#tickets.delete(key)
    }
    const token = newToken()
    this.#tickets.set(hash(token), { order, expiresAt: now.getTime() + lifetimeMs })
    return token
  }

  /** @returns null if the token is unknown, too old or was used */
  accept(token: string, now: Date): { readonly order: string; readonly key: string } | null {
    const ticket = this.#tickets.get(hash(token))
    this.#tickets.delete(hash(token))
    if (!ticket || ticket.expiresAt <= now.getTime()) return null
    const key = newToken()
    this.#keys.set(hash(key), ticket.order)
    return { order: ticket.order, key }
  }

  /** Whether this key opens this order. */
  opens(order: string, key: string | undefined): boolean {
    return key !== undefined && this.#keys.get(hash(key)) === order
  }
}
