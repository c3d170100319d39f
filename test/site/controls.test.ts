import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrastOf, cssOf, groups, presets } from '../../docs/site/styling/controls.mjs'

interface Manifest {
  readonly modules: readonly {
    readonly declarations?: readonly {
      readonly tagName?: string
      readonly cssProperties?: readonly { readonly name: string }[]
    }[]
  }[]
}

const { modules } = JSON.parse(readFileSync('widget/custom-elements.json', 'utf8')) as Manifest
const properties = modules
  .flatMap(({ declarations = [] }) => declarations)
  .filter(({ tagName }) => tagName === 'netgiro-checkout')
  .flatMap(({ cssProperties = [] }) => cssProperties.map(({ name }) => name))
  // The page shows no dialog.
  .filter((name) => name !== '--netgiro-backdrop')

describe('the page where the styling is tried', () => {
  const controls = groups.flatMap((group) => group.controls)

  it('the page of styling has a control for every custom property that it can show, and for no other', () => {
    expect(controls.map(({ name }) => name).sort()).toEqual([...new Set(properties)].sort())
  })

  it('begins with custom properties that exist, and with buttons that can be read', () => {
    for (const preset of Object.values(presets)) {
      expect(Object.keys(preset).filter((name) => !properties.includes(name))).toEqual([])
      const [accent, text] = ['--netgiro-accent', '--netgiro-on-accent'].map(
        (name) => preset[name] ?? controls.find((one) => one.name === name)?.initial ?? '',
      )
      expect(contrastOf(accent ?? '', text ?? '')).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('offers the rule for what was chosen, and nothing where nothing was', () => {
    expect(cssOf('netgiro-checkout', {})).toBe('')
    expect(cssOf('netgiro-pos', { '--netgiro-accent': '#000000', '--netgiro-radius': '0em' })).toBe(
      'netgiro-pos {\n  --netgiro-accent: #000000;\n  --netgiro-radius: 0em;\n}',
    )
  })

  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#00aeef', '#10222b', 6.46],
  ])('computes the contrast of %s and %s', (one, other, expected) => {
    expect(contrastOf(one, other)).toBeCloseTo(expected, 1)
    expect(contrastOf(other, one)).toBeCloseTo(expected, 1)
  })

  it('computes none where a colour is a word', () => {
    expect(contrastOf('transparent', '#ffffff')).toBe(null)
  })
})
