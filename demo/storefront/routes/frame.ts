import type { Context } from 'hono'
import { countPieces } from '../carts.ts'
import type { Shop } from '../shop.ts'
import type { Frame } from '../views/layout.ts'
import { languageOf, messages, visitorOf } from '../visitor.ts'

/** The header and footer of every page. */
export function frameOf(c: Context, { carts }: Shop): Frame {
  const language = languageOf(c)
  const visitor = visitorOf(c)
  return {
    language,
    t: messages[language],
    path: c.req.path,
    piecesInCart: visitor ? countPieces(carts.of(visitor)) : 0,
  }
}
