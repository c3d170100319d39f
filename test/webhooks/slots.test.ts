import { expect, it } from 'vitest'
import type { StoredEvent } from '../../server/core/store.ts'
import { assignSlots } from '../../server/webhooks/slots.ts'

const event = (seq: number) => ({ id: `evt_${seq}`, seq }) as StoredEvent
const assigned = (outcomes: number[], oldest: number[], free = { outcomes: 2, oldest: 2 }) =>
  assignSlots({ outcomes: outcomes.map(event), oldest: oldest.map(event) }, free).map(
    ([{ seq }, slot]) => `${seq} ${slot}`,
  )

it('outcomes and the oldest events take slots of their own, and begin in the order they occurred', () => {
  expect(assigned([9, 8, 7], [1, 2, 3])).toEqual([
    '1 oldest',
    '2 oldest',
    '8 outcomes',
    '9 outcomes',
  ])
})

it('an event takes one slot, also if it is both an outcome and the oldest', () => {
  expect(assigned([1, 2], [1, 2, 3])).toEqual(['1 outcomes', '2 outcomes', '3 oldest'])
})

it('no slot is taken where none is free', () => {
  expect(assigned([2], [1], { outcomes: 0, oldest: 0 })).toEqual([])
  expect(assigned([2], [1, 2], { outcomes: 0, oldest: 2 })).toEqual(['1 oldest', '2 oldest'])
})
