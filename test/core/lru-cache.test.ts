import { expect, it } from 'vitest'
import { LruCache } from '../../server/core/lru-cache.ts'

const fill = (cache: LruCache<number>, from: number, to: number) => {
  for (let number = from; number <= to; number++) cache.set(`key ${number}`, number)
}

it('a cache keeps no more than its limit', () => {
  const cache = new LruCache<number>(4)
  fill(cache, 1, 5)
  expect([1, 2, 3, 4, 5].map((number) => cache.get(`key ${number}`))).toEqual([
    undefined,
    2,
    3,
    4,
    5,
  ])
})

it('a cache evicts the least recently read entry first once it is half full', () => {
  const cache = new LruCache<number>(4)
  fill(cache, 1, 3)
  expect(cache.get('key 1')).toBe(1)
  fill(cache, 4, 5)
  expect(cache.get('key 1')).toBe(1)
  expect(cache.get('key 2')).toBeUndefined()
})
