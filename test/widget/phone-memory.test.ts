import { expect } from '@open-wc/testing'
import { settle } from './support/clock.ts'
import { mount, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const number = ({ find }: Mounted): string => find<HTMLInputElement>('input').value

/** Another element with the same state, as after a reload of the page. */
async function reload(mounted: Mounted): Promise<Mounted> {
  const stored = [sessionStorage, localStorage].map((storage) =>
    Object.fromEntries(Object.entries(storage)),
  )
  mounted.element.remove()
  return mount(mounted.backend.snapshot, {
    prepare() {
      Object.assign(sessionStorage, stored[0])
      Object.assign(localStorage, stored[1])
    },
  })
}

/** Sends a request to 8223281, which ends as given. */
async function sent(end: object): Promise<Mounted> {
  const mounted = await mount()
  mounted.type('8223281')
  await mounted.submit()
  mounted.backend.publish({ status: 'awaiting_shopper', phone: '•••3281' })
  await settle()
  mounted.backend.publish(end)
  await settle()
  return mounted
}

const declined = { status: 'open', lastAttempt: states['declined']!.lastAttempt }

it('keeps the number of a request for the same order when the page is reloaded', async () => {
  expect(number(await reload(await sent(declined)))).to.equal('822 3281')
})

it('keeps the number of a request that was sent before the backend had told of the order', async () => {
  const mounted = await mount(undefined, {
    prepare: (backend) => (backend.overrides[''] = backend.neverRespond),
  })
  expect(mounted.element.snapshot).to.equal(null)
  mounted.backend.snapshot = { ...states['open']!, status: 'starting' }
  mounted.type('8223281')
  await mounted.submit()
  mounted.backend.snapshot = { ...states['declined']!, version: 2 }
  expect(number(await reload(mounted))).to.equal('822 3281')
})

it('keeps the number of a request that was refused', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.problem('phone_busy', 409)
  mounted.type('8223281')
  await mounted.submit()
  expect(number(await reload(mounted))).to.equal('822 3281')
})

it('the number of one order is not offered for another', async () => {
  const mounted = await sent(declined)
  mounted.backend.snapshot = { ...mounted.backend.snapshot, reference: 'WEB-9' }
  expect(number(await reload(mounted))).to.equal('')
})

for (const status of ['paid', 'review', 'canceled', 'expired'] as const) {
  it(`leaves nothing in the browser when the checkout is ${status}`, async () => {
    await sent({ status })
    expect([localStorage.length, sessionStorage.length]).to.deep.equal([0, 0])
  })
}

it('still knows the number after the payment if the page was reloaded before', async () => {
  const { backend, find } = await reload(await sent({ phone: '•••3281' }))
  backend.publish({ status: 'paid' })
  await settle()
  find('[part~=remember]').click()
  expect(localStorage.getItem('netgiro-phone')).to.equal('822 3281')
})

it('remembers the number on the device after one press, and forgets it after another', async () => {
  const mounted = await sent({ status: 'paid' })
  expect(textOf(mounted.find('[part~=remember]'))).to.equal('Muna símanúmerið í þessu tæki')
  mounted.find('[part~=remember]').click()
  await settle()
  mounted.backend.snapshot = { ...states['open']!, reference: 'WEB-9' }
  const next = await reload(mounted)
  expect(number(next)).to.equal('822 3281')
  await expect(next.element).to.be.accessible()
  next.find('[part~=forget]').click()
  await settle()
  expect(number(next)).to.equal('')
  expect(next.element.renderRoot.querySelector('[part~=forget]')).to.equal(null)
  expect(number(await reload(next))).to.equal('')
})

it('prefers the phone attribute to a number on the device', async () => {
  const mounted = await mount(undefined, {
    prepare: () => localStorage.setItem('netgiro-phone', '822 3281'),
  })
  mounted.element.phone = '6123456'
  await settle()
  expect(number(mounted)).to.equal('612 3456')
})

it('works on a page where storage is forbidden', async () => {
  const descriptor = Object.getOwnPropertyDescriptor(window, 'sessionStorage')!
  const mounted = await mount()
  Object.defineProperty(window, 'sessionStorage', {
    configurable: true,
    get() {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  try {
    mounted.type('8223281')
    await mounted.submit()
    expect(mounted.backend.requestsTo('POST', '/start')).to.have.length(1)
  } finally {
    Object.defineProperty(window, 'sessionStorage', descriptor)
  }
})

describe('the next order in the same element', () => {
  /** The element that had another order before, with the session of this one and the number that the page knows. */
  async function next(mounted: Mounted, phone: string | null = null): Promise<void> {
    mounted.backend.snapshot = { ...states['open']!, reference: 'WEB-9' }
    Object.assign(mounted.element, { session: 'cs_next', phone })
    await settle()
  }

  for (const [name, end] of Object.entries({ 'was paid': { status: 'paid' }, 'is open': {} })) {
    it(`the next order does not begin with the number of an order that ${name}`, async () => {
      const mounted = await sent(end)
      await next(mounted)
      expect(number(mounted)).to.equal('')
      await mounted.submit()
      expect(mounted.backend.requestsTo('POST', '/start')).to.have.length(1)
    })
  }

  it('the next order begins with the number that the page gives it, and without an error', async () => {
    const mounted = await mount()
    mounted.type('555')
    await mounted.submit()
    await next(mounted, '6123456')
    expect(number(mounted)).to.equal('612 3456')
    expect(mounted.find('input').getAttribute('aria-invalid')).to.equal('false')
  })

  it('the next order begins with the number that was sent for it already', async () => {
    const mounted = await sent(declined)
    mounted.element.session = 'cs_anew'
    await settle()
    expect(number(mounted)).to.equal('822 3281')
  })

  it('the next order has a support code that nobody has copied', async () => {
    const clipboard = { writeText: () => Promise.resolve() }
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard })
    const mounted = await sent({ status: 'paid', supportCode: 'WEB-1234-x7k2m9pq' })
    mounted.find('[part~=copy]').click()
    await settle()
    expect(textOf(mounted.find('[part~=copy]'))).to.equal('Afritað')
    await next(mounted)
    mounted.backend.publish({ status: 'paid', supportCode: 'WEB-9-x7k2m9pq' })
    await settle()
    expect(textOf(mounted.find('[part~=copy]'))).to.equal('Afrita')
    Reflect.deleteProperty(navigator, 'clipboard')
  })
})

it('keeps the number that start() was given before the session came', async () => {
  const mounted = await mount()
  const element = document.createElement('netgiro-checkout')
  element.platform = mounted.platform
  element.setAttribute('server', 'https://pay.example')
  document.body.append(element)
  await element.start('8223281')
  element.session = 'cs_late'
  await settle()
  expect(element.renderRoot.querySelector('input')?.value).to.equal('822 3281')
  element.remove()
})
