import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { noReceipts } from '../../../server/core/receipt.ts'
import { snapshotOf } from '../../../server/core/views.ts'
import type { Snapshot } from '../../../server/protocol/index.ts'
import { origin } from '../harness/order.ts'
import { offer } from './server.ts'
import { openShop } from './shop.ts'

/** Nothing but Node: the same bytes to the same readers, without origins, versions, heartbeats or an end. */
const { config, createMany } = await openShop()
const snapshots: Snapshot[] = []
const bySession = new Map<string, number>()
const open = new Map<number, ServerResponse>()

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'access-control-allow-origin': origin,
  vary: 'Origin',
}

const event = (snapshot: Snapshot) =>
  `event: status\nid: ${snapshot.version}\ndata: ${JSON.stringify(snapshot)}\n\n`

const server = createServer((request, response) => {
  const index = bySession.get(request.headers.authorization ?? '') ?? -1
  const snapshot = snapshots[index]
  if (!snapshot) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, headers)
  response.write(event(snapshot))
  open.set(index, response)
  response.on('close', () => open.delete(index))
})

offer(server, {
  async prepare(count) {
    const created = await createMany(count)
    for (const [index, { checkout, session }] of created.entries()) {
      snapshots.push(
        snapshotOf(checkout, {
          merchant: config.merchantName,
          codeTries: 3,
          now: Date.now(),
          receipt: noReceipts,
        }),
      )
      bySession.set(`Bearer ${session}`, index)
    }
    return created.map(({ session }) => session)
  },
  change(index) {
    const before = snapshots[index]
    if (before) open.get(index)?.write(event({ ...before, version: 2 }))
  },
  size: () => open.size,
})
