/** What the manifest says of custom properties, which is made of the elements' comments, beside what they do. */
import { expect } from '@open-wc/testing'
import { resetMouse, sendKeys, sendMouse } from '@web/test-runner-commands'
import type { Package } from 'custom-elements-manifest'
import type { Snapshot } from '../../server/protocol/index.ts'
import { settle } from './support/clock.ts'
import { mountElement, type Mounted } from './support/mount.ts'
import { formStates, posStates, states } from './support/snapshots.ts'

type Tag = 'netgiro-checkout' | 'netgiro-pos' | 'avarda-checkout'

/** Together they show every part that has a property; without a snapshot, the server cannot be reached. */
const shown: Readonly<Record<Tag, readonly (Snapshot | undefined)[]>> = {
  'netgiro-checkout': [
    states['open'],
    states['awaiting the shopper'],
    states['paid'],
    states['in review'],
    states['declined'],
  ],
  'netgiro-pos': [
    states['open'],
    posStates['awaiting the shopper'],
    posStates['paid'],
    posStates['in review'],
    posStates['canceled'],
  ],
  'avarda-checkout': [
    formStates['starting'],
    formStates['declined'],
    formStates['paid'],
    formStates['in review'],
    undefined,
  ],
}

/** Something that no property has by default. */
const other = (name: string): string =>
  ({
    '--netgiro-font': 'Courier',
    '--netgiro-font-size': '31px',
    '--netgiro-mark': '3em',
    '--netgiro-width': '300px',
    '--netgiro-spacing': '3px',
    '--netgiro-padding': '3px',
    '--netgiro-radius': '3px',
    '--netgiro-control-radius': '3px',
  })[name] ?? 'rgb(1, 2, 3)'

/** What the properties may change. */
const looks = [
  ...['color', 'background-color', 'border-color', 'border-radius', 'outline-color', 'box-shadow'],
  ...['font-family', 'font-size', 'row-gap', 'padding-left', 'inline-size'],
]

function looksOf({ renderRoot }: Mounted<Tag>['element']): string {
  const nodes = [renderRoot.host, ...renderRoot.querySelectorAll('*')]
  const dialogs = renderRoot.querySelectorAll('dialog')
  const styles = [
    ...nodes.map((node) => getComputedStyle(node)),
    ...Array.from(dialogs, (dialog) => getComputedStyle(dialog, '::backdrop')),
  ]
  return styles.map((style) => looks.map((name) => style.getPropertyValue(name)).join()).join('\n')
}

function centerOf(node: Element): [number, number] {
  const { x, y, width, height } = node.getBoundingClientRect()
  return [Math.round(x + width / 2), Math.round(y + height / 2)]
}

/** Shows `<netgiro-checkout>` in a dialog, whose styles come with it. */
async function openDialog({ element }: Mounted<Tag>): Promise<void> {
  element.setAttribute('layout', 'dialog')
  element.setAttribute('open', '')
  await settle()
}

async function documented(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { modules } = (await (await fetch('/widget/custom-elements.json')).json()) as Package
  const all = modules.flatMap(({ declarations = [] }) => declarations)
  return Object.fromEntries(
    all.flatMap((one) =>
      'tagName' in one && one.tagName && 'cssProperties' in one
        ? [[one.tagName, (one.cssProperties ?? []).map(({ name }) => name)]]
        : [],
    ),
  )
}

const propertiesOf = await documented()

afterEach(() => resetMouse())

for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout'] as const) {
  describe(`the custom properties of <${tag}>`, () => {
    const names = propertiesOf[tag] ?? []

    it(`the custom properties in the style sheets of <${tag}> are documented, and no others`, async () => {
      const mounted = await mountElement(tag, { status: 'paid' })
      const { element } = mounted
      if (tag === 'netgiro-checkout') await openDialog(mounted)
      const rules = element.renderRoot.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules])
      const used = rules.flatMap(({ cssText }) => cssText.match(/--netgiro-[\w-]+/g) ?? [])
      expect([...names].sort()).to.deep.equal([...new Set(used)].sort())
    })

    it('each change something that is to be seen', async () => {
      const changing = new Set<string>()
      for (const [index, state] of shown[tag].entries()) {
        const mounted = await mountElement(tag, state, {
          prepare: (backend) => {
            if (!state) backend.overrides[''] = backend.unreachable
          },
        })
        const { element, clock } = mounted
        if (tag === 'netgiro-checkout' && index === 0) await openDialog(mounted)
        if (!state) await clock.advance(10_000)
        // The error of the field, the ring of the focus, and the button under the pointer.
        if (element.localName !== 'avarda-checkout') await element.start('1')
        const root = element.renderRoot
        const button = root.querySelector('button')
        ;(root.querySelector('input') ?? button)?.focus()
        await sendKeys({ press: 'ArrowLeft' })
        if (button) {
          button.scrollIntoView({ block: 'center' })
          await sendMouse({ type: 'move', position: centerOf(button) })
        }
        await settle()
        const before = looksOf(element)
        for (const name of names) {
          element.style.setProperty(name, other(name))
          if (looksOf(element) !== before) changing.add(name)
          element.style.removeProperty(name)
        }
        element.remove()
      }
      expect(names.filter((name) => !changing.has(name))).to.deep.equal([])
    })
  })
}
