import { merchant, start } from '../../support/test-server.ts'
import type { TestServer } from '../../support/test-server.ts'
import { waitFor } from '../../e2e/wait-for.ts'
import type { Line } from './line.ts'
import type { Seen } from './shop.ts'
import type { Visitor } from './visitor.ts'

export interface Surroundings {
  readonly visitor: Visitor
  readonly bff: TestServer
  readonly shop: string
  readonly line: Line
}

/** What one run of a case measured, in milliseconds by name; empty where the engine cannot do it. */
type Measured = Readonly<Record<string, number>>

const element = `document.querySelector('netgiro-checkout')`
let payers = 0

/** A page on which a payment request waits, and how to approve it. */
async function openWaiting({ visitor, bff, shop }: Surroundings, server: string) {
  const { id, session } = await bff.create()
  await start(bff, session, String(7_000_000 + ++payers))
  const query = new URLSearchParams({ server, session, lang: 'en', locale: 'en' })
  await visitor.open(`${shop}/?${query.toString()}`)
  await sees(visitor, 'it waits', `${element}.snapshot?.status === 'awaiting_shopper'`)
  // Whatever the element still fetches does not belong to the return.
  await sees(visitor, 'the details are there', `performance.now() > 1500`)
  const approve = (): void => {
    const { carts } = bff.simulator.inspect()
    bff.simulator.approve(carts.at(-1)?.TransactionId ?? '')
  }
  return {
    approve,
    /** Resolves when the server knows. */
    approveAndConfirm: async () => {
      approve()
      await waitFor('the server knows', async () => {
        const answer = await merchant(bff, 'GET', `/v1/checkouts/${id}`)
        return ((await answer.json()) as { status: string }).status === 'paid'
      })
    },
  }
}

const sees = (visitor: Visitor, what: string, expression: string) =>
  waitFor(what, () => visitor.read<boolean>(expression))

/** When the page has seen it, or 0 if it has not. */
async function seenBy(
  visitor: Visitor,
  what: 'heard' | 'outcome' = 'outcome',
): Promise<Required<Seen>> {
  await sees(visitor, 'the outcome shows', `Boolean(window.seen?.${what})`)
  const nothing = { hidden: 0, returned: 0, isRestored: false, offline: 0, reconnecting: 0 }
  return { ...nothing, heard: 0, outcome: 0, ...(await visitor.read<Seen>('window.seen')) }
}

async function tabSwitch(around: Surroundings): Promise<Measured> {
  const { visitor, bff } = around
  const { approveAndConfirm } = await openWaiting(around, bff.url)
  await visitor.leaveTab()
  await approveAndConfirm()
  await visitor.returnToTab()
  const { hidden, returned, outcome } = await seenBy(visitor)
  return hidden ? { 'Tab switch': outcome - returned } : {}
}

async function wayBack(around: Surroundings): Promise<Measured> {
  const { visitor, bff, shop } = around
  const { approveAndConfirm } = await openWaiting(around, bff.url)
  await visitor.follow(`${shop}/elsewhere`)
  await approveAndConfirm()
  await visitor.back()
  const { returned, isRestored, outcome } = await seenBy(visitor)
  return { [isRestored ? 'Back, restored' : 'Back, loaded anew']: outcome - returned }
}

async function frozen(around: Surroundings): Promise<Measured> {
  const { visitor, bff } = around
  if (!visitor.freeze) return {}
  const { approveAndConfirm } = await openWaiting(around, bff.url)
  await visitor.freeze(true)
  await approveAndConfirm()
  await visitor.freeze(false)
  // For the driver, a page that was frozen is one that nobody sees, and has no frames.
  const { returned, heard } = await seenBy(visitor, 'heard')
  await visitor.leaveTab()
  await visitor.returnToTab()
  return { Frozen: heard - returned }
}

async function deadLine(around: Surroundings): Promise<Measured> {
  const { visitor, line } = around
  const { approveAndConfirm } = await openWaiting(around, line.url)
  const died = Date.now()
  line.die()
  await sees(visitor, 'it says that there is no connection', 'Boolean(window.seen.reconnecting)')
  await approveAndConfirm()
  // At any moment of what the element does meanwhile.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 4_000))
  const healed = Date.now()
  line.heal()
  const { reconnecting, outcome } = await seenBy(visitor)
  return { 'Dead line': reconnecting - died, 'Line back': outcome - healed }
}

async function restart(around: Surroundings): Promise<Measured> {
  const { visitor, bff } = around
  const { approve } = await openWaiting(around, bff.url)
  await bff.restart(approve)
  const back = Date.now()
  const { outcome } = await seenBy(visitor)
  return { Restart: outcome - back }
}

async function offline(around: Surroundings): Promise<Measured> {
  const { visitor, bff } = around
  if (!visitor.goOffline) return {}
  const { approveAndConfirm } = await openWaiting(around, bff.url)
  await visitor.goOffline(true)
  await sees(visitor, 'it says that there is no connection', 'Boolean(window.seen.reconnecting)')
  await approveAndConfirm()
  await visitor.goOffline(false)
  const { offline: event, reconnecting } = await seenBy(visitor)
  return { Offline: reconnecting - event }
}

export const cases = { tabSwitch, wayBack, deadLine, restart, offline, frozen } as const
export type CaseName = keyof typeof cases
