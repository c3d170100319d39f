import assert from 'node:assert/strict'
import { waitFor } from './wait-for.ts'
import type { Fixture } from './fixture.ts'

interface Entry {
  readonly status: string
  /** The types of the webhooks that arrived, oldest first. */
  readonly notices: readonly string[]
}

type Shop = Pick<Fixture, 'demo'>

/** What the shop's backend has on record, read from the shopkeeper's page. */
export async function orderRecord({ demo }: Shop, order: string): Promise<Entry> {
  const page = await (await fetch(`${demo.shopUrl}/shopkeeper`)).text()
  const row = page.split('<tr').find((text) => text.includes(`data-order="${order}"`))
  assert.ok(row, `the shop has no order ${order}`)
  return {
    status: /data-status="(\w+)"/.exec(row)?.[1] ?? '',
    notices: [...row.matchAll(/<code>([\w.]+)<\/code>/g)].map((match) => match[1] ?? ''),
  }
}

export const waitForOrderStatus = (fixture: Shop, order: string, status: string): Promise<void> =>
  waitFor(`the shop has ${order} on record as ${status}`, async () => {
    return (await orderRecord(fixture, order)).status === status
  })
