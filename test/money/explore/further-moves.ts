import { openAttempt } from '../../../server/core/checkout.ts'
import type { Move } from './moves.ts'
import { cartOf } from './provider-model.ts'
import { newRefund, rightCode, timeOf } from './world.ts'
import type { Replica, World } from './world.ts'

/** What only some payments have: callbacks that capture, codes and refunds. */
export function furtherMoves(world: World, replica: Replica, index: number): readonly Move[] {
  const { isUp, holds, mayCall, cache } = replica
  if (!isUp || !holds || !mayCall || !cache) return []
  return [
    ...callbackMoves(world, replica, index),
    ...codeMoves(world, replica, index),
    ...refundMoves(world, replica, index),
  ]
}

function callbackMoves(world: World, { turn }: Replica, index: number): readonly Move[] {
  const { carts, budget } = world
  if (turn || !budget.callbacks) return []
  const approved = carts.filter(({ state }) => state === 'reserved')
  return approved.flatMap(({ attemptId }) =>
    [true, false].map((isPolled) => ({
      label:
        `the provider calls replica ${index} back about ${attemptId}` +
        (isPolled ? '' : ', which cannot ask in time'),
      perform: async (draft) => {
        draft.spend('callbacks')
        await draft.begin(index, 'turn', { type: 'callback', attemptId, isPolled })
      },
    })),
  )
}

function codeMoves(world: World, { turn, cache }: Replica, index: number): readonly Move[] {
  const open = cache && openAttempt(cache)
  const isExpected = open && cache.status === 'awaiting_code' && cartOf(world, open.id)
  if (turn || !world.budget.codes || !isExpected) return []
  return [rightCode, '0000'].map((code) => ({
    label: `the cashier enters the ${code === rightCode ? 'right' : 'wrong'} code at replica ${index}`,
    perform: async (draft) => {
      draft.spend('codes')
      await draft.begin(index, 'turn', { type: 'code', attemptId: open.id, code })
    },
  }))
}

function refundMoves(world: World, { cache, late }: Replica, index: number): readonly Move[] {
  const { budget, disk, moment } = world
  const moves: Move[] = []
  if (budget.refunds && cache?.status === 'paid') {
    const refund = newRefund(`ref_${disk.refunds.length + 1}`, timeOf(moment))
    moves.push({
      label: `the shop asks replica ${index} for ${refund.id}`,
      perform: async (draft) => {
        draft.spend('refunds')
        await draft.record(index, { type: 'refund_requested', refund }, null)
      },
    })
  }
  if (late || !budget.refundTries) return moves
  for (const { id, status } of cache?.refunds ?? []) {
    if (status !== 'pending') continue
    moves.push({
      label: `replica ${index} asks for ${id}`,
      perform: async (draft) => {
        draft.spend('refundTries')
        await draft.begin(index, 'late', { type: 'refund', attemptId: 'att_1', refundId: id })
      },
    })
  }
  return moves
}
