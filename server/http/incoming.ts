import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/** The request as Node received it; undefined where the app is called without a socket. */
export const incomingOf = (c: Context): IncomingMessage | undefined =>
  ((c.env ?? {}) as { incoming?: IncomingMessage }).incoming
