import type { Checkout } from '../../../server/core/checkout.ts'
import { createSecrets } from '../../../server/crypto.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { toAttemptRow, toCheckoutRow } from '../../../server/store/rows.ts'
import { waiting } from '../checks/watch.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { credentials } from '../harness/order.ts'

export interface SeedOptions {
  readonly databaseUrl: string
  readonly count: number
  /** How many of them have an open stream. */
  readonly sessions: number
  readonly pollIntervalMs: number
  /** One in this many was being sent when the server was killed; none when it is 0. */
  readonly oneStartingIn: number
}

const rowsAtOnce = 100
/** A time far away that has a date. */
const someDay = Date.UTC(2100, 0)

function checkoutOf(index: number, { pollIntervalMs, oneStartingIn }: SeedOptions): Checkout {
  const checkout = waiting(index)
  const isStarting = oneStartingIn > 0 && index % oneStartingIn === 0
  return {
    ...checkout,
    status: isStarting ? 'starting' : 'awaiting_shopper',
    expiresAt: someDay,
    attempts: checkout.attempts.map((attempt) => ({
      ...attempt,
      approvalExpiresAt: someDay,
      pollIntervalMs: isStarting ? null : pollIntervalMs,
      providerRef: isStarting ? null : attempt.providerRef,
    })),
  }
}

const commands = {
  /** Writes the database of a server with this many waiting shoppers. Returns the sessions. */
  async seed(options: SeedOptions): Promise<readonly string[]> {
    const database = await openDatabase(options.databaseUrl)
    const secrets = createSecrets(credentials.secretKey, Date.now)
    for (let from = 0; from < options.count; from += rowsAtOnce) {
      const many = Math.min(rowsAtOnce, options.count - from)
      const checkouts = Array.from({ length: many }, (_, index) =>
        checkoutOf(from + index, options),
      )
      await database.write(async (trx) => {
        await trx.insertInto('checkouts').values(checkouts.map(toCheckoutRow)).execute()
        const attempts = checkouts.flatMap(({ id, attempts }) =>
          attempts.map((attempt) => toAttemptRow(id, 1, attempt)),
        )
        await trx.insertInto('attempts').values(attempts).execute()
      })
    }
    const sessions = Array.from({ length: options.sessions }, () => secrets.newSession())
    for (const [index, session] of sessions.entries()) {
      const row = { hash: secrets.sha256(session), checkout_id: waiting(index).id, created_at: 0 }
      await database.write(async (trx) => {
        await trx.insertInto('sessions').values(row).execute()
      })
    }
    await database.close()
    return sessions
  },
}

export type Seed = typeof commands
serveRequests(commands)
