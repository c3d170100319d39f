import { describe, expect, it } from 'vitest'
import { CheckoutCache } from '../../server/core/checkout-cache.ts'
import { LruCache } from '../../server/core/lru-cache.ts'
import { checkoutIn, newAttempt, t0 } from '../support/checkouts.ts'

const open = checkoutIn('awaiting_shopper')
const over = checkoutIn('open')

describe('the cache of checkouts', () => {
  it('the cache of checkouts has the newest state of a checkout, whether its attempt is open or not', () => {
    const cache = new CheckoutCache()
    expect(cache.get('chk_1')).toBeUndefined()
    for (const checkout of [over, open, { ...open }, over, { ...over }]) {
      cache.set(checkout)
      expect(cache.get('chk_1')).toBe(checkout)
    }
    for (const checkout of [open, over]) {
      cache.set(checkout)
      cache.delete('chk_1')
      expect(cache.get('chk_1')).toBeUndefined()
    }
  })

  it('finds an attempt by its token while it is open', () => {
    const cache = new CheckoutCache()
    expect(cache.byToken('token')).toBeNull()
    cache.set(over)
    expect(cache.byToken('token')).toBeNull()
    cache.set(open)
    expect(cache.byToken('token')).toEqual({ checkoutId: 'chk_1', attempt: open.attempts[0] })
    expect(cache.byToken('another')).toBeNull()
    cache.set(over)
    expect(cache.byToken('token')).toBeNull()
  })

  it('the cache of checkouts does not find an attempt by the token of the one before it', () => {
    const cache = new CheckoutCache()
    cache.set(open)
    cache.set(over)
    const attempts = [newAttempt({ endedAt: t0 }), newAttempt({ id: 'att_2', token: 'second' })]
    cache.set(checkoutIn('awaiting_shopper', {}, { attempts }))
    expect(cache.byToken('token')).toBeNull()
    expect(cache.byToken('second')?.attempt).toBe(attempts[1])
    cache.delete('chk_1')
    expect(cache.byToken('second')).toBeNull()
  })

  it('keeps every checkout with an open attempt, and the most recently used of the others', () => {
    const cache = new CheckoutCache()
    cache.set({ ...open, id: 'open' })
    for (let count = 0; count <= 10_000; count++) cache.set({ ...over, id: `over-${count}` })
    expect(cache.get('open')).toBeDefined()
    expect(cache.get('over-0')).toBeUndefined()
    expect(cache.get('over-1')).toBeDefined()
  })
})

describe('a cache that is limited', () => {
  const filled = (limit: number, ...keys: string[]) => {
    const cache = new LruCache<string>(limit)
    for (const key of keys) cache.set(key, key)
    return cache
  }
  const kept = (cache: LruCache<string>, ...keys: string[]) =>
    keys.filter((key) => cache.get(key) !== undefined)

  it('a limited cache drops the entry that was written the longest ago, and counts a key once', () => {
    expect(kept(filled(2, 'a', 'b', 'a', 'c'), 'a', 'b', 'c')).toEqual(['a', 'c'])
  })

  it('a limited cache does not keep the order of reads while it is half full or less', () => {
    const half = filled(4, 'a', 'b')
    half.get('a')
    for (const key of ['c', 'd', 'e']) half.set(key, key)
    expect(half.get('a')).toBeUndefined()
    const more = filled(4, 'a', 'b', 'c')
    more.get('a')
    for (const key of ['d', 'e']) more.set(key, key)
    expect(more.get('a')).toBe('a')
  })

  it('a limited cache is not filled by reads of what it does not have', () => {
    const cache = filled(2, 'a', 'b')
    expect([cache.get('x'), cache.get('y')]).toEqual([undefined, undefined])
    for (const key of ['c', 'd', 'e']) cache.set(key, key)
    expect(kept(cache, 'a', 'b', 'c', 'd', 'e')).toEqual(['d', 'e'])
  })

  it('a limited cache forgets what is deleted', () => {
    const cache = filled(2, 'a', 'b')
    cache.delete('a')
    expect(kept(cache, 'a', 'b')).toEqual(['b'])
    cache.set('c', 'c')
    expect(kept(cache, 'b', 'c')).toEqual(['b', 'c'])
  })
})
