import assert from 'node:assert/strict'
import { until } from './until.ts'
import type { Fixture } from './fixture.ts'

interface Entry {
  readonly status: string
  /** The types of the webhooks that came, oldest first. */
  readonly notices: readonly string[]
}

/** What the shop's own backend has on record, read off the shopkeeper's page. */
export async function recordOf({ demo }: Fixture, order: string): Promise<Entry> {
  const page = await (await fetch(`${demo.shopUrl}/shopkeeper`)).text()
  const row = page.split('<tr').find((text) => text.includes(`data-order="${order}"`))
  assert.ok(row, `the shop has an order ${order}`)
  return {
    status: /data-status="(\w+)"/.exec(row)?.[1] ?? '',
    notices: [...row.matchAll(/<code>([\w.]+)<\/code>/g)].map((match) => match[1] ?? ''),
  }
}

export const untilRecorded = (fixture: Fixture, order: string, status: string): Promise<void> =>
  until(`the shop has ${order} on record as ${status}`, async () => {
    return (await recordOf(fixture, order)).status === status
  })
