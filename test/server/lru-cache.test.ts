import { expect, it } from 'vitest'
import { LruCache } from '../../server/core/lru-cache.ts'

const fill = (recent: LruCache<number>, from: number, to: number) => {
  for (let number = from; number <= to; number++) recent.set(`key ${number}`, number)
}

it('keeps no more than its limit', () => {
  const recent = new LruCache<number>(4)
  fill(recent, 1, 5)
  expect([1, 2, 3, 4, 5].map((number) => recent.get(`key ${number}`))).toEqual([
    undefined,
    2,
    3,
    4,
    5,
  ])
})

it('forgets first what nobody has asked for since it began to fill up', () => {
  const recent = new LruCache<number>(4)
  fill(recent, 1, 3)
  expect(recent.get('key 1')).toBe(1)
  fill(recent, 4, 5)
  expect(recent.get('key 1')).toBe(1)
  expect(recent.get('key 2')).toBeUndefined()
})
