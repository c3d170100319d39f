import { describe, expect, it } from 'vitest'
import { Coverage } from './explore/coverage.ts'
import { Endings } from './explore/ending.ts'
import { explore } from './explore/explore.ts'
import { modes, stories } from './explore/stories.ts'

/** How deep each story is explored here; `npm run test:model -- --explore 14` goes deeper. */
const depths: Readonly<Record<string, number>> = {
  'two requests, nothing goes wrong': 9,
  'three faults': 6,
  'a server stands still': 8,
  everything: 4,
}
/** The others differ in what happens deeper than this. */
const names = ['manual', 'automatic', 'manual, one clock is 5 min ahead']
const some = modes.filter(({ name }) => names.includes(name))

const explorations = some.flatMap((mode) =>
  stories.flatMap(({ name, budget }) => {
    const depth = depths[name]
    return depth === undefined ? [] : [{ mode, name, budget, depth }]
  }),
)

const coverages: Coverage[] = []

describe('every order of what may happen to two servers and two requests', () => {
  it.each(explorations)(
    'captures once, tells of every payment and ends, up to $depth steps: $mode.name, $name',
    async ({ mode, budget, depth }) => {
      const endings = new Endings(mode)
      const onState = endings.check.bind(endings)
      const { states, transitions, coverage } = await explore({ mode, budget, depth, onState })
      coverages.push(coverage)
      expect(transitions).toBeGreaterThan(states)
      // A provider or a server that did nothing would prove nothing.
      expect(states).toBeGreaterThan(300)
      expect(endings.count).toBeGreaterThan(30)
    },
  )

  it('meets every input in every status in which it changes something, and every fault', () => {
    expect(Coverage.missingIn(coverages)).toEqual([])
  })
})
