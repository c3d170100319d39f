import { describe, expect, it } from 'vitest'
import { aboutOne } from '../../support/postgres/leases.ts'
import { owner, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('a command that is handed to the owner of its checkout', () => {
  const partitions = Array.from({ length: 256 }, (_, partition) => partition)
  const takerDies = () => store.postgres.query('delete from replicas', store.url)

  async function handOver(stays: boolean, waitMs: number) {
    const { cluster } = await store.open(store.url, owner())
    if (!cluster) throw new Error('The database is a file')
    await store.postgres.query(
      `insert into replicas (id, expires_at, joined_at, clock_ahead_ms)
       values ('taker', clock_timestamp() + interval '1 hour', clock_timestamp(), 0)`,
      store.url,
    )
    const { commands } = cluster
    const handed = commands.hand(aboutOne.checkoutId, 'sealed', { waitMs, stays })
    const take = (by: string) => commands.take(partitions, by)
    return { commands, take, handed }
  }

  it('a command is taken once while the server that took it lives', async () => {
    const { take, handed } = await handOver(true, 0)
    await handed
    expect(await take('taker')).toHaveLength(1)
    expect(await take('next')).toEqual([])
  })

  it('a command is taken again after the server that took it has died, if it stays and has no answer', async () => {
    const { commands, take, handed } = await handOver(true, 0)
    await handed
    const [command] = await take('taker')
    await takerDies()
    expect(await take('next')).toEqual([command])
    await commands.answer(command?.id ?? '', 'done')
    expect(await take('last')).toEqual([])
  })

  it('a command is left to the next owner by one that has lost the checkout, if it stays', async () => {
    const { commands, take, handed } = await handOver(true, 0)
    await handed
    const [command] = await take('taker')
    expect(await commands.giveBack(command?.id ?? '')).toBe(true)
    expect(await take('next')).toEqual([command])
  })

  it('a command is left to nobody else if it may not be carried out twice', async () => {
    const { commands, take, handed } = await handOver(false, 1_000)
    let taken: Awaited<ReturnType<typeof take>> = []
    await expect.poll(async () => (taken = await take('taker')), { interval: 10 }).toHaveLength(1)
    expect(await commands.giveBack(taken[0]?.id ?? '')).toBe(false)
    expect(await take('next')).toEqual([])
    await handed
  })

  it('a command is never taken again if it may not be carried out twice', async () => {
    const { take, handed } = await handOver(false, 1_000)
    await expect.poll(() => take('taker'), { interval: 10 }).toHaveLength(1)
    await takerDies()
    expect(await take('next')).toEqual([])
    expect(await handed).toEqual({ kind: 'begun' })
  })
})
