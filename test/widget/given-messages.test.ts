import { expect } from '@open-wc/testing'
import { settle } from './support/clock.ts'
import { mount, mountElement } from './support/mount.ts'
import { states } from './support/snapshots.ts'

describe('messages of a page', () => {
  for (const nothing of [undefined, null, 5, false, 'x', {}]) {
    it(`messages of a page do not replace a text when they are ${JSON.stringify(nothing)}`, async () => {
      const plain = await mount(states['awaiting the shopper'])
      const expected = plain.text()
      const mounted = await mount(states['awaiting the shopper'])
      const texts = typeof nothing === 'string' ? {} : { cancel: nothing, validFor: nothing }
      const group = { ...texts, status: { awaiting_shopper: nothing }, uncertain: nothing }
      for (const all of [texts, group, { status: nothing, errors: nothing, amount: nothing }]) {
        Reflect.set(mounted.element, 'messages', all)
        await settle()
        expect(mounted.text()).to.equal(expected)
      }
      Reflect.set(mounted.element, 'messages', nothing)
      await settle()
      expect(mounted.text()).to.equal(expected)
      expect(mounted.element.problem).to.equal(null)
    })
  }

  it('messages of a page may be a group without a prototype, frozen, and part of a group within a group', async () => {
    const { element, text } = await mountElement('netgiro-pos')
    const errors = Object.freeze(
      Object.assign(Object.create(null), { network: 'x' }) as { network: string },
    )
    Reflect.set(element, 'messages', { errors, kinds: { phone: { label: 'Sími' } } })
    await settle()
    expect(text()).to.include('Sími').and.to.include('Viðskiptavinurinn fær beiðni')
    void element.start('1')
    await settle()
    expect(text()).to.include('Sláðu inn íslenskt farsímanúmer')
  })
})
