import { describe, expect, it } from 'vitest'
import { Coverage } from './explore/coverage.ts'
import { Endings } from './explore/ending.ts'
import { explore } from './explore/explore.ts'
import { explorations } from './explore/stories.ts'

/** How deep each story is explored here; `npm run test:model -- --explore 14` goes deeper. */
const depths: Readonly<Record<string, number>> = {
  'two requests, nothing goes wrong': 9,
  'three faults': 6,
  'a server stands still': 8,
  'a server is killed': 7,
  everything: 4,
  'two callbacks and a fault': 7,
  'two callbacks': 8,
  'two callbacks, and a server that stands still': 8,
  'four codes': 9,
  'two codes and two faults': 8,
  'two codes, and a server that is killed or stands still': 7,
  'two refunds and two faults': 6,
}
/** Modes that differ from others in what happens deeper than this. */
const later = [
  ...['manual, the shop is asked', 'manual, reservations are canceled'],
  'manual, one clock is 5 min behind',
]

const some = explorations.flatMap((exploring) => {
  const depth = depths[exploring.name]
  return depth === undefined || later.includes(exploring.mode.name) ? [] : [{ ...exploring, depth }]
})

const coverages: Coverage[] = []
let explored = 0

describe('every order of what may happen to two servers and two requests', () => {
  it.each(some)(
    'captures once, tells of every payment and ends, up to $depth steps: $mode.name, $name',
    async ({ mode, budget, depth }) => {
      const endings = new Endings(mode)
      const onState = endings.check.bind(endings)
      const { states, transitions, coverage } = await explore({ mode, budget, depth, onState })
      coverages.push(coverage)
      explored += states
      expect(transitions).toBeGreaterThan(states)
      // A provider or a server that did nothing would prove nothing.
      expect(states).toBeGreaterThan(300)
      expect(endings.count).toBeGreaterThan(30)
    },
  )

  it('the exploration meets every input in every status in which it changes something, every fault, and all that befalls a server', () => {
    expect(Coverage.missingIn(coverages)).toEqual([])
  })

  it('the exploration has about as many states as the documentation says', () => {
    // About, so that a change of the core need not change the number.
    expect(explored).toBeGreaterThan(90_000)
  })
})
