import { describe, expect, it } from 'vitest'
import { move, moves } from '../../../server/core/transitions/change.ts'
import { statuses } from '../../../server/protocol/index.ts'
import { checkoutIn } from '../../support/checkouts.ts'

describe('a move', () => {
  it('a move that is not in the table is refused, whatever asks for it', () => {
    for (const from of statuses)
      for (const to of statuses) {
        const isLegal = (moves[from] as readonly string[]).includes(to)
        const { kind } = move(checkoutIn(from), to, {})
        expect(kind, `${from} → ${to}`).toBe(isLegal ? 'changed' : 'ignored')
      }
    expect(move(checkoutIn('paid'), 'open', {})).toEqual({
      ...{ kind: 'ignored', reason: 'illegal_move' },
    })
  })

  it.each([
    ['paid', ['review']],
    ['canceled', ['paid', 'review']],
    ['expired', ['paid', 'review']],
    ['review', ['paid']],
  ] as const)('a move never reopens what is final: %s', (from, to) => {
    expect(moves[from]).toEqual(to)
  })

  it('a move never takes a reservation back to waiting', () => {
    expect(moves.confirming).not.toContain('awaiting_shopper')
    expect(moves.confirming).not.toContain('awaiting_code')
  })
})
