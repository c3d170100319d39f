import { expect } from '@open-wc/testing'
import { NetgiroCheckout } from '../../widget/index.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { fakePlatform, mount, mountElement } from './support/mount.ts'
import { states } from './support/snapshots.ts'

/** What a page sets on an element whose types it does not check, beside `other` text. */
const nothings = [false, null, undefined, '']

describe('a property that a page sets to something else than a text', () => {
  for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout'] as const) {
    for (const nothing of nothings) {
      it(`the session of <${tag}> is missing when it is ${JSON.stringify(nothing)}, and may come later`, async () => {
        const { element, text, find } = await mountElement(tag)
        Reflect.set(element, 'session', nothing)
        await settle()
        expect(element.getAttribute('session') ?? '').to.equal('')
        expect(element.snapshot).to.equal(null)
        expect(find('h2, slot:not([name])')).not.to.equal(null)
        element.session = 'cs_next'
        await settle()
        expect(text()).to.include('12.990')
      })
    }

    for (const other of [42, { session: 'cs_secret' }, ['cs secret'], () => 'cs_secret']) {
      it(`the session of <${tag}> is unknown when it is ${typeof other === 'function' ? 'a function' : JSON.stringify(other)}`, async () => {
        const mounted = await mountElement(tag)
        mounted.backend.overrides[''] = mounted.backend.problem('unknown_session', 401)
        Reflect.set(mounted.element, 'session', other)
        await settle()
        await mounted.clock.advance(2_000)
        expect(mounted.element.problem).to.equal('unknown_session')
        expect(mounted.text()).to.match(/fannst ekki|not found/)
        mounted.element.session = 'cs_next'
        delete mounted.backend.overrides['']
        await settle()
        expect(mounted.element.problem).to.equal(null)
      })
    }

    it(`<${tag}> takes a URL as its server and anything as its language`, async () => {
      const { element, backend, text } = await mountElement(tag)
      Reflect.set(element, 'server', new URL('https://other.example/pay/'))
      for (const locale of [1, {}, ['en'], true]) Reflect.set(element, 'locale', locale)
      await settle()
      expect(backend.requests.at(-1)?.url.href).to.equal('https://other.example/pay/v1/session')
      expect(text()).to.include('12')
      expect(element.problem).to.equal(null)
    })
  }

  it('shows a number that is a number', async () => {
    const { element, find } = await mount()
    Reflect.set(element, 'phone', 8_223_281)
    await settle()
    expect(find<HTMLInputElement>('[part=input]').value).to.equal('822 3281')
  })

  for (const phone of ['undefined', 'null', 'NaN', NaN, '\u202e1823228', 'x'.repeat(5_000)]) {
    it(`leaves the field empty when the page's number is ${String(phone).slice(0, 20)}`, async () => {
      const { element, find } = await mount()
      Reflect.set(element, 'phone', phone)
      await settle()
      expect(find<HTMLInputElement>('[part=input]').value).to.equal('')
    })
  }
})

it('counts the time that a request waits from the beginning when the session changes', async () => {
  const { element, clock, events } = await mount(states['awaiting the shopper'])
  await clock.advance(80_000)
  expect(events.at(-1)).to.equal('help')
  element.session = 'cs_next'
  await settle()
  await clock.advance(5_000)
  expect(events.at(-1)).to.equal('status')
})

it('takes what a page sets after the script has run instead of what it had set before', async () => {
  const backend = new FakeBackend()
  class Late extends NetgiroCheckout {
    override platform = fakePlatform(backend, new ManualClock())
  }
  const element = document.createElement('netgiro-set-twice') as HTMLElement &
    Partial<Record<'session' | 'phone', string>>
  Object.assign(element, { session: 'cs_early', server: 'https://pay.example', phone: '6123456' })
  element.setAttribute('phone', '7123456')
  document.body.append(element)
  customElements.define('netgiro-set-twice', Late)
  element.session = 'cs_late'
  await settle()
  element.remove()
  expect(backend.requests.map(({ headers }) => headers.get('authorization'))).to.deep.equal([
    'Bearer cs_late',
  ])
  expect([element.session, element.phone]).to.deep.equal(['cs_late', '6123456'])
})
