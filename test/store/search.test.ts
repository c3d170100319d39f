import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CheckoutSearch, CheckoutStore } from '../../server/core/store.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { purge } from '../../server/store/purge.ts'
import type { AttemptPatch } from '../support/checkouts.ts'
import { checkoutIn, newAttempt, t0 } from '../support/checkouts.ts'
import { databases } from '../support/databases.ts'

const hour = 3_600_000
const day = 24 * hour
const nothing: CheckoutSearch = { amounts: null, payers: null, from: null, until: null }
const krónur = (amount: number) => [{ amount, currency: 'ISK' }]

describe.each(databases)('a search on $name', ({ name, newUrl }) => {
  let database: Database
  let store: CheckoutStore
  beforeEach(async () => {
    database = await openDatabase(await newUrl())
    store = checkoutStore(database)
  })
  afterEach(() => database.close())

  const phone = (digits: string) => ({
    payer: { kind: 'phone' as const, masked: `•••${digits}`, hash: `hash-${digits}` },
  })

  /** A checkout with an ended attempt for each patch. */
  async function add(
    id: string,
    more: Partial<ReturnType<typeof checkoutIn>> = {},
    attempts: readonly AttemptPatch[] = [],
    owner = store,
  ): Promise<void> {
    const created = checkoutIn('open', {}, { id, version: 1, reference: id, ...more, attempts: [] })
    await owner.create(created, `session-${id}`, null)
    const ended = attempts.map((patch, index) =>
      newAttempt({
        ...{ id: `${id}-${index}`, reference: `${id}-${index}`, token: `${id}-${index}` },
        ...{ providerRef: null, endedAt: t0 + 1, outcome: 'declined', reason: 'declined' },
        ...patch,
      }),
    )
    const entries = ended.map((attempt, index) => ({
      ...{ attemptId: attempt.id, version: index + 2, at: t0, type: 'ended', evidence: null },
    }))
    if (ended.length === 0) return
    for (const [index, entry] of entries.entries())
      await owner.save(
        { ...created, version: index + 2, attempts: ended.slice(0, index + 1) },
        [entry],
        [],
      )
  }
  const found = async (wanted: Partial<CheckoutSearch>, limit = 50) =>
    (await store.search({ ...nothing, ...wanted }, limit)).map(({ id }) => id)

  it('finds a reference in whatever case either is written, also beyond ASCII', async () => {
    for (const reference of ['Web-7a', 'WEB-7A', 'Þór-Ísafjörður-9', 'WEB-70'])
      await add(reference, { createdAt: t0 })
    const ids = async (text: string) =>
      (await store.withReference(text, 10)).map(({ id }) => id).sort()
    expect(await ids('web-7a')).toEqual(['WEB-7A', 'Web-7a'])
    for (const text of ['þór-ísafjörður-9', 'ÞÓR-ÍSAFJÖRÐUR-9', 'Þór-ísafjörður-9'])
      expect(await ids(text), text).toEqual(['Þór-Ísafjörður-9'])
    expect(await ids('WEB-7')).toEqual([])
    expect(await ids('WEB_7a')).toEqual([])
    // More letters than are spelled both ways.
    await add('ÁÉÍÓÚÝÞÆÖÐ')
    expect(await ids('áéíóúýþæöð')).toEqual(['ÁÉÍÓÚÝÞÆÖÐ'])
  })

  it('finds an amount in its own currency, the newest first', async () => {
    await add('old', { amount: 12_990, createdAt: t0 })
    await add('new', { amount: 12_990, createdAt: t0 + 1 })
    await add('other', { amount: 12_991 })
    await add('öre', { amount: 1_299_000, currency: 'SEK' })
    await add('trap', { amount: 12_990, currency: 'SEK' })
    expect(await found({ amounts: krónur(12_990) })).toEqual(['new', 'old'])
    const both = [...krónur(12_990), { amount: 1_299_000, currency: 'SEK' }]
    expect((await found({ amounts: both })).sort()).toEqual(['new', 'old', 'öre'])
    expect(await found({ amounts: krónur(12_990) }, 1)).toEqual(['new'])
  })

  it('finds what was created or requested in a time', async () => {
    const at14 = t0 + 2 * hour
    await add('before', { createdAt: t0 })
    await add('paid at two', { createdAt: t0 }, [{ startedAt: at14 }])
    await add('made at two', { createdAt: at14 })
    await add('after', { createdAt: at14 + hour })
    const two = { from: at14 - 60_000, until: at14 + 60_000 }
    expect((await found(two)).sort()).toEqual(['made at two', 'paid at two'])
    expect((await found({ ...two, amounts: krónur(12_990) })).sort()).toEqual([
      'made at two',
      'paid at two',
    ])
    expect(await found({ ...two, amounts: krónur(1) })).toEqual([])
    expect(await found({ from: at14 + 1 })).toEqual(['after'])
    expect((await found({ until: t0 })).sort()).toEqual(['before', 'paid at two'])
    expect(await found({ from: t0 + day, until: t0 + 2 * day })).toEqual([])
  })

  it('finds the last digits of a payer, together with everything else that is known', async () => {
    await add('hers', { createdAt: t0 }, [phone('1111'), phone('4567')])
    await add('dearer', { amount: 99_000 }, [phone('4567')])
    await add('his', {}, [phone('4568')])
    const hers = { payers: ['•••4567', '••••••4567'] }
    expect((await found(hers)).sort()).toEqual(['dearer', 'hers'])
    expect(await found({ ...hers, amounts: krónur(12_990) })).toEqual(['hers'])
    expect(await found({ ...hers, from: t0 - hour, until: t0 - 1 })).toEqual([])
    expect(await found({ payers: ['•••0000'] })).toEqual([])
    // A sign of a pattern is a character like any other.
    expect(await found({ payers: ['•••%', '•••____'] })).toEqual([])
  })

  it('finds a payer whose request is still open, and does so after its end', async () => {
    await add('hers', {}, [{ ...phone('4567'), endedAt: null, outcome: null, reason: null }])
    await add('his', {}, [{ ...phone('4568'), endedAt: null, outcome: null, reason: null }])
    expect(await found({ payers: ['•••4567'] })).toEqual(['hers'])
    const waiting = await store.load('hers')
    if (!waiting) throw new Error('not stored')
    const attempts = waiting.attempts.map((attempt) =>
      newAttempt({ ...attempt, endedAt: t0 + 1, outcome: 'declined', reason: 'declined' }),
    )
    const entry = { attemptId: 'hers-0', version: 3, at: t0, type: 'ended', evidence: null }
    await store.save({ ...waiting, version: 3, attempts }, [entry], [], waiting)
    expect(await found({ payers: ['•••4567'] })).toEqual(['hers'])
  })

  it('finds a payer no longer once the payer was forgotten', async () => {
    await add('old', {}, [phone('4567')])
    expect(await found({ payers: ['•••4567'] })).toEqual(['old'])
    await purge(database, t0 + 31 * day)
    expect(await found({ payers: ['•••4567'] })).toEqual([])
    expect(await found({ amounts: krónur(12_990) })).toEqual(['old'])
  })

  it('finds nothing of another merchant', async () => {
    await add('theirs', {}, [{ ...phone('4567'), providerRef: 'cart-9' }], other())
    expect(await found({ amounts: krónur(12_990) })).toEqual([])
    expect(await found({ payers: ['•••4567'] })).toEqual([])
    expect(await found({ from: 0 })).toEqual([])
    expect(await store.withReference('theirs', 10)).toEqual([])
    expect(await store.findByProviderRef('cart-9')).toBeNull()
    expect((await other().findByProviderRef('cart-9'))?.id).toBe('theirs')
  })
  const other = () => checkoutStore(database, { merchantId: 'other' })

  it('finds what was paid late since a time', async () => {
    const late = async (id: string, paidAt: number, isLate: boolean) => {
      await add(id)
      const before = await store.load(id)
      if (!before) throw new Error('not stored')
      const paid = { ...before, status: 'paid', paidAt, late: isLate, version: 2 } as const
      const entry = { attemptId: null, version: 2, at: paidAt, type: 'paid', evidence: null }
      await store.save(paid, [entry], [])
    }
    await late('yesterday', t0, true)
    await late('today', t0 + day, true)
    await late('in time', t0 + day, false)
    const ids = async (since: number) => (await store.paidLate(since, 10)).map(({ id }) => id)
    expect(await ids(0)).toEqual(['today', 'yesterday'])
    expect(await ids(t0 + 1)).toEqual(['today'])
  })

  it.runIf(name === 'PostgreSQL')(
    'a search for a payer can use the index of payers on PostgreSQL',
    async () => {
      const { rows } = await database.db.transaction().execute(async (trx) => {
        await sql`set local enable_seqscan = off`.execute(trx)
        return sql<{ 'QUERY PLAN': string }>`explain select checkout_id from attempts
        where merchant_id = 'default' and phone_hash is not null and ended_at is not null
        and (details::jsonb #>> '{payer,masked}') in ('•••4567', '••••••4567')`.execute(trx)
      })
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('attempts_by_payer')
    },
  )
})
