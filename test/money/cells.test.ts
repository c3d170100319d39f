import { describe, expect, it } from 'vitest'
import { cellOf } from './cells/cells.ts'
import { missingCells, requiredCells, staleExceptions } from './cells/required-cells.ts'
import { runScenario } from './model.ts'

describe('the cells of a long run', () => {
  it('the cells of a long run are those of the tables of the core, without exceptions that the tables do not have', () => {
    expect(staleExceptions()).toEqual([])
    const required = requiredCells()
    expect(required).toContain(cellOf('confirming', 'capture_requested', 'none'))
    expect(required).toContain(cellOf('starting', 'unknown', 'lost_before'))
    expect(required).not.toContain(cellOf('paid', 'pending', 'none'))
  })

  it('the cells of a long run are missed one by one', () => {
    const [first = '', ...others] = requiredCells()
    expect(missingCells(others)).toContain(first)
    expect(missingCells(requiredCells())).not.toContain(first)
  })

  it.each([
    [true, ['starting × requested × dripped', 'confirming × paid × dripped']],
    [false, ['starting × unknown × cut_off', 'confirming × unknown × cut_off']],
  ])(
    'the cells of a long run tell an answer that drips from one that is cut off (whole: %s)',
    async (isWhole, expected) => {
      const mode = {
        ...({ rail: 'v1', confirmation: 'manual', gate: false, budgets: 'usual' } as const),
        approvalMs: 180_000,
      }
      const drip = { do: 'drip', isWhole, ms: 7_000 } as const
      const { cells, paid } = await runScenario({
        mode,
        steps: [
          { do: 'create' },
          { ...drip, path: 'InsertCart' },
          { ...drip, path: 'ConfirmCart' },
          { do: 'start', order: 0, phone: 0 },
          { do: 'pass', ms: 8_000 },
          { do: 'approve', cart: 0 },
          { do: 'pass', ms: 20_000 },
        ],
      })
      expect(paid).toBe(1)
      expect([...cells.keys()]).toEqual(expect.arrayContaining(expected))
    },
  )

  it('the cells of a long run say in which status an input changed something, and what happened to its call', async () => {
    const mode = {
      ...({ rail: 'v1', confirmation: 'manual', gate: false, budgets: 'usual' } as const),
      approvalMs: 180_000,
    }
    const { cells } = await runScenario({
      mode,
      steps: [
        { do: 'create' },
        { do: 'fault', fault: { call: 'InsertCart', kind: 'drop_before_effect' } },
        { do: 'start', order: 0, phone: 0 },
        { do: 'pass', ms: 240_000 },
        { do: 'away', isAway: true },
        { do: 'start', order: 0, phone: 1 },
        { do: 'away', isAway: false },
        { do: 'start', order: 0, phone: 2 },
        { do: 'crash', turns: 0 },
      ],
    })
    expect([...cells.keys()]).toEqual(
      expect.arrayContaining([
        cellOf('starting', 'unknown', 'lost_before'),
        cellOf('starting', 'not_sent', 'away'),
        cellOf('starting', 'requested', 'none'),
        cellOf('awaiting_shopper', 'a process ends', 'none'),
      ]),
    )
  })
})
