import { expect, it } from 'vitest'
import { HandOffs } from '../../demo/storefront/hand-offs.ts'

const noon = Date.parse('2026-11-20T12:00:00Z')
const after = (minutes: number): Date => new Date(noon + minutes * 60_000)

it('a code opens its order once, and for less than ten minutes', () => {
  const handOffs = new HandOffs()
  const [used, inTime, late] = [1, 2, 3].map(() => handOffs.offer('WEB-1001', after(0)))
  expect(handOffs.accept(used ?? '', after(1))?.order).toBe('WEB-1001')
  expect(handOffs.accept(used ?? '', after(1))).toBeNull()
  expect(handOffs.accept(inTime ?? '', after(9.9))?.order).toBe('WEB-1001')
  expect(handOffs.accept(late ?? '', after(10))).toBeNull()
})

it('a phone that went on with an order opens no other one, and nothing without its key', () => {
  const handOffs = new HandOffs()
  const accepted = handOffs.accept(handOffs.offer('WEB-1001', after(0)), after(1))
  expect(handOffs.opens('WEB-1001', accepted?.key)).toBe(true)
  expect(handOffs.opens('WEB-1002', accepted?.key)).toBe(false)
  expect(handOffs.opens('WEB-1001', undefined)).toBe(false)
  expect(handOffs.opens('WEB-1001', 'A'.repeat(22))).toBe(false)
})
