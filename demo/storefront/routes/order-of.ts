import type { Context } from 'hono'
import type { Order } from '../orders.ts'
import type { Shop } from '../shop.ts'
import { orderKeyOf, visitorOf } from '../visitor.ts'

/** The order, if this browser made it or took it along from the one that did. */
export function orderOf(c: Context, { orders, handOffs }: Shop, number: string): Order | undefined {
  const own = orders.ofVisitor(number, visitorOf(c))
  return own ?? (handOffs.opens(number, orderKeyOf(c)) ? orders.get(number) : undefined)
}
