import { expect } from '@open-wc/testing'
import { diagnose } from '../../widget/diagnosis.ts'
import { settle } from './support/clock.ts'
import { mount, mountElement, textOf } from './support/mount.ts'
import { form, formStates, posStates, states } from './support/snapshots.ts'

const iterator = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object

/**
 * What the oldest browsers that can show the elements do not have: Safari 16.4, the first one with style sheets that may be
 * added to a list, and Chrome 109, the last one for Windows 7 and 8. An iPhone 8 or X ends with iOS 16.
 */
const newer: readonly (readonly [object: object, ...names: PropertyKey[]])[] = [
  [URL, 'canParse', 'parse'],
  [Array, 'fromAsync'],
  [Array.prototype, 'toReversed', 'toSorted', 'toSpliced', 'with'],
  [Object, 'groupBy'],
  [Map, 'groupBy'],
  [Promise, 'try', 'withResolvers'],
  [AbortSignal, 'any'],
  [Set.prototype, 'difference', 'intersection', 'symmetricDifference', 'union'],
  [Set.prototype, 'isDisjointFrom', 'isSubsetOf', 'isSupersetOf'],
  [iterator, 'drop', 'every', 'filter', 'find', 'flatMap', 'forEach', 'map', 'reduce'],
  [iterator, 'some', 'take', 'toArray'],
  [String.prototype, 'isWellFormed', 'toWellFormed'],
  [RegExp, 'escape'],
  [Response, 'json'],
  [ReadableStream, 'from'],
  [ReadableStream.prototype, 'values', Symbol.asyncIterator],
  [Element.prototype, 'checkVisibility', 'moveBefore', 'setHTMLUnsafe'],
  [HTMLElement.prototype, 'hidePopover', 'showPopover', 'togglePopover'],
  [HTMLDialogElement.prototype, 'requestClose'],
  [globalThis, 'CloseWatcher', 'navigation', 'requestIdleCallback', 'scheduler'],
]

describe('in a browser that lacks what is newer', () => {
  const removed: (() => void)[] = []

  before(() => {
    for (const [object, ...names] of newer) {
      for (const name of names) {
        const property = Object.getOwnPropertyDescriptor(object, name)
        if (!property || !Reflect.deleteProperty(object, name)) continue
        removed.push(() => Object.defineProperty(object, name, property))
      }
    }
  })

  after(() => removed.forEach((restore) => restore()))

  for (const [tag, all] of [
    ['netgiro-checkout', states],
    ['netgiro-pos', posStates],
    ['avarda-checkout', formStates],
  ] as const) {
    it(`<${tag}> shows every state`, async () => {
      for (const [name, state] of Object.entries(all)) {
        const { element, find } = await mountElement(tag, state)
        for (const attribute of ['notify', 'name']) element.setAttribute(attribute, 'icon')
        await settle()
        expect(textOf(find('h2')), name).to.not.equal('')
        expect(element.problem, name).to.equal(null)
        element.remove()
      }
    })
  }

  it('a request is sent and paid, in a dialog', async () => {
    const mounted = await mount(undefined, { locale: 'en' })
    mounted.element.setAttribute('layout', 'dialog')
    await settle()
    mounted.type('8223281')
    await mounted.submit()
    mounted.backend.publish({ status: 'paid' })
    await settle()
    expect(textOf(mounted.find('[part~=opener]'))).to.equal('Payment complete')
    expect(textOf(mounted.find('[part=card] [role=status]'))).to.contain('Thank you.')
  })

  it('a phone can go on, and what follows is announced', async () => {
    const { element, find, backend } = await mount(states['awaiting the shopper'])
    element.setAttribute('hand-off', '/pantanir/1')
    await settle()
    expect(find('[part=hand-off]')).to.exist
    backend.publish({ status: 'paid' })
    await settle()
    expect(textOf(find('[role=status]'))).to.contain('Takk fyrir.')
  })

  it('the form of Avarda is shown with a page to return to', async () => {
    const inits: { callbackUrl: string }[] = []
    Object.assign(window, { formInits: inits })
    const { element, backend } = await mountElement('avarda-checkout')
    element.setAttribute('return-url', '/pay?step=2')
    backend.publish({ status: 'awaiting_shopper', form })
    while (!inits.length && !element.problem) await settle()
    expect(element.problem).to.equal(null)
    expect(inits[0]?.callbackUrl).to.equal(`${location.origin}/pay?step=2`)
  })

  it('a wrong setup is explained', async () => {
    const host = { session: 'cs_1', platform: { fetch: () => Promise.reject(new TypeError()) } }
    expect(await diagnose('unreachable', 'https://[', host)).to.contain('is not an http(s) URL')
    expect(await diagnose('unreachable', 'https://a.is', host)).to.contain('nothing answers')
  })
})
