import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/**
 * A title that begins so goes on with the name of its group, and says nothing where it stands alone: in a list, a search or a log.
 * A test says its condition last, so a title that begins with a preposition lacks its subject as well, and so does one that
 * begins with an auxiliary verb. One that begins with an action has the system under test as its subject: “refuses a …”.
 */
const halfSentence =
  /(?:\b(?:it|test)(?:\.\w+)*(?:<[^()]*>)?|\))\(\s*(['"`])((?:about|after|are|at|before|beside|by|can|does|for|from|has|have|heard|in|is|may|must|of|on|over|such as|that|to|was|were|when|where|which|while|who|whose|with) .*?)\1/g

const halfSentencesIn = (source: string): readonly string[] =>
  [...source.matchAll(halfSentence)].map(([, , title = '']) => title)

it('finds titles that only their group completes, in every form of a test', () => {
  const forms = ["it('of one', …)", "it.each<X>([…])(\n  'that is %s', …)", 'it(`with ${x}`, …)']
  expect(forms.flatMap(halfSentencesIn)).toEqual(['of one', 'that is %s', 'with ${x}'])
  const parts = ["it('whose answer is lost is wrong', …)", "it('in Latin-1 is refused', …)"]
  expect(parts.flatMap(halfSentencesIn)).toEqual([
    'whose answer is lost is wrong',
    'in Latin-1 is refused',
  ])
  const verbs = ["it('is sent again', …)", "it('does not wait', …)", "it('may be left out', …)"]
  expect(verbs.flatMap(halfSentencesIn)).toEqual([
    'is sent again',
    'does not wait',
    'may be left out',
  ])
  const whole = "describe('a', …)\nit('offers that', …)\nit('isolates it', …)\nit('a is sent', …)"
  expect(halfSentencesIn(whole)).toEqual([])
})

it('no title of a test needs the name of its group to be understood', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.test.ts') && file !== 'titles.test.ts',
  )
  const halves = files.flatMap((file) =>
    halfSentencesIn(readFileSync(join('test', file), 'utf8')).map((title) => `${file}: ${title}`),
  )
  expect(files.length).toBeGreaterThan(100)
  expect(halves).toEqual([])
})
