import { expect } from '@open-wc/testing'
import type { Snapshot } from '../../server/protocol/index.ts'
import { NetgiroCheckout } from '../../widget/index.ts'
import { asAttributes } from '../../widget/react-attributes.ts'
import { FakeBackend, json } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { eventNames, fakePlatform, textOf } from './support/mount.ts'
import { snapshot } from './support/snapshots.ts'

/** An element whose backend does not answer before the test says so. */
async function mountGiven(given: string | null, now: Partial<Snapshot> = {}) {
  sessionStorage.clear()
  localStorage.clear()
  const clock = new ManualClock()
  const backend = new FakeBackend(clock)
  backend.snapshot = snapshot(now)
  backend.overrides[''] = backend.neverRespond
  const element = document.createElement('netgiro-checkout')
  element.platform = fakePlatform(backend, clock)
  const events: string[] = []
  for (const name of eventNames)
    element.addEventListener(`netgiro-${name}`, () => void events.push(name))
  for (const [name, value] of Object.entries({ server: 'https://pay.example', locale: 'is' }))
    element.setAttribute(name, value)
  if (given !== null) element.setAttribute('snapshot', given)
  element.session = 'cs_secret'
  element.innerHTML = '<a href="#">Another way</a>'
  document.body.append(element)
  await settle()
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as in querySelector
  const find = <T extends Element>(selector: string) =>
    element.renderRoot.querySelector<T>(selector)
  const respond = async (): Promise<void> => {
    delete backend.overrides['']
    await clock.advance(7_000)
    await settle()
  }
  return { element, backend, clock, events, find, respond }
}

/** An element that no frame has shown, on a device that remembers 822 3281. */
async function mountUnpainted(given = snapshot()) {
  localStorage.setItem('netgiro-phone', '8223281')
  const clock = new ManualClock()
  const backend = new FakeBackend(clock)
  backend.snapshot = given
  const waiting: (() => void)[] = []
  const element = document.createElement('netgiro-checkout')
  const afterPaint = (task: () => void): void => void waiting.push(task)
  element.platform = { ...fakePlatform(backend, clock), afterPaint }
  element.setAttribute('server', 'https://pay.example')
  element.setAttribute('snapshot', JSON.stringify(given))
  element.session = 'cs_secret'
  const events: string[] = []
  for (const name of eventNames)
    element.addEventListener(`netgiro-${name}`, () => void events.push(name))
  document.body.append(element)
  await settle()
  const paint = async (): Promise<void> => {
    waiting.forEach((task) => task())
    await settle()
    localStorage.clear()
  }
  return { element, backend, events, paint, field: element.renderRoot.querySelector('input')! }
}

const amountOf = ({ find }: Awaited<ReturnType<typeof mountGiven>>): string =>
  textOf(find('[part=amount]')!)

describe('the attribute snapshot', () => {
  afterEach(() => document.querySelectorAll('netgiro-checkout').forEach((one) => one.remove()))

  it('shows the checkout before the backend has answered', async () => {
    const mounted = await mountGiven(JSON.stringify(snapshot()))
    expect(amountOf(mounted)).to.equal('12.990 kr.')
    expect(mounted.find('input')).to.exist
    expect(mounted.events).to.deep.equal(['status'])
    await expect(mounted.element).to.be.accessible()
  })

  it('reads no storage and asks nothing of the backend before the form could be painted', async () => {
    const { field, backend, paint } = await mountUnpainted()
    expect(field.value).to.equal('')
    expect(backend.requests).to.be.empty
    await paint()
    expect(field.value).to.equal('822 3281')
    expect(backend.requests).to.not.be.empty
  })

  it('a given snapshot is told to the page after the paint, and can be asked for before', async () => {
    const { element, events, paint } = await mountUnpainted(snapshot({ status: 'paid' }))
    expect(element.outcome).to.equal('paid')
    expect((await element.finished).status).to.equal('paid')
    expect(events).to.be.empty
    await paint()
    expect(events).to.deep.equal(['status', 'paid'])
  })

  it('a given snapshot is not told to the page any more when another session was set before the paint', async () => {
    const { element, backend, events, paint } = await mountUnpainted(snapshot({ status: 'paid' }))
    backend.overrides[''] = backend.neverRespond
    element.session = 'cs_other'
    await settle()
    await paint()
    expect(events).to.be.empty
  })

  it('a given snapshot is told to the page also when the element is moved before the paint', async () => {
    const { element, events, paint } = await mountUnpainted(snapshot({ status: 'expired' }))
    document.body.prepend(element)
    await paint()
    expect(events).to.deep.equal(['status', 'expired'])
  })

  it('keeps what was typed before the storage was read', async () => {
    const { field, paint } = await mountUnpainted()
    field.value = '6123'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await paint()
    expect(field.value).to.equal('6123')
  })

  it('causes no second event when the backend says the same', async () => {
    const { respond, events, backend } = await mountGiven(JSON.stringify(snapshot()))
    await respond()
    expect(backend.requests).to.not.be.empty
    expect(events).to.deep.equal(['status'])
  })

  it('gives way to what the backend says, whatever its version', async () => {
    const given = snapshot({ version: 99, amount: 1, merchant: 'Not the shop' })
    const mounted = await mountGiven(JSON.stringify(given))
    await mounted.respond()
    expect(mounted.element.snapshot?.version).to.equal(1)
    expect(amountOf(mounted)).to.equal('12.990 kr.')
    expect(mounted.events).to.deep.equal(['status', 'status'])
  })

  it('a given snapshot is verified with the backend even if it is final', async () => {
    const given = JSON.stringify(snapshot({ status: 'expired' }))
    const { element, respond } = await mountGiven(given)
    expect(element.snapshot?.status).to.equal('expired')
    await respond()
    expect(element.snapshot?.status).to.equal('open')
  })

  it('the attribute snapshot counts only the first time', async () => {
    const mounted = await mountGiven(JSON.stringify(snapshot()))
    mounted.element.setAttribute('snapshot', JSON.stringify(snapshot({ version: 9, amount: 1 })))
    await settle()
    expect(amountOf(mounted)).to.equal('12.990 kr.')
  })

  for (const given of ['', 'null', '{', '{"status":"paid"}', '[]', '"paid"', '1e999']) {
    it(`the attribute snapshot is ignored when it is ${given || 'empty'}`, async () => {
      const { element, find, events } = await mountGiven(given)
      expect(element.snapshot).to.equal(null)
      expect(find('input')).to.exist
      expect(events).to.be.empty
    })
  }

  it('a snapshot may be set as a property, as JSON or as an object, also before the script has run', async () => {
    for (const given of [snapshot(), JSON.stringify(snapshot())]) {
      const tag = `netgiro-given-${typeof given}`
      const early = document.createElement(tag) as HTMLElement & { snapshot?: unknown }
      Object.assign(early, { session: 'cs', snapshot: given })
      document.body.append(early)
      const backend = new FakeBackend()
      backend.overrides[''] = backend.neverRespond
      class Late extends NetgiroCheckout {
        override platform = fakePlatform(backend, new ManualClock())
      }
      customElements.define(tag, Late)
      expect(early.snapshot).to.equal(null)
      await settle()
      expect(early.snapshot).to.deep.equal(snapshot())
      early.remove()
    }
  })
})

describe('a snapshot in React', () => {
  afterEach(() => document.querySelectorAll('netgiro-checkout').forEach((one) => one.remove()))

  for (const [name, given] of Object.entries({
    'an object': snapshot(),
    JSON: JSON.stringify(snapshot()),
  })) {
    it(`a snapshot is shown when it is ${name}, which React 18 writes as an attribute and 19 sets as a property`, async () => {
      const { snapshot: written } = asAttributes({ snapshot: given })
      const asAttribute = await mountGiven(String(written))
      expect(amountOf(asAttribute)).to.equal('12.990 kr.')
      const asProperty = await mountGiven(null)
      Object.assign(asProperty.element, { snapshot: written })
      await settle()
      expect(amountOf(asProperty)).to.equal('12.990 kr.')
    })
  }

  it('a snapshot is not written where there is none, so that it may come later', () => {
    for (const nothing of [null, undefined, ''])
      expect(asAttributes({ snapshot: nothing, locale: 'is' })).to.deep.equal({ locale: 'is' })
  })
})

describe('without a snapshot', () => {
  it('the form stands at once, and nothing moves when the amount comes', async () => {
    const { element, find, respond } = await mountGiven(null)
    expect(element.snapshot).to.equal(null)
    expect(element.querySelector('a')!.checkVisibility()).to.equal(false)
    const form = find<HTMLElement>('form')!
    const before = form.getBoundingClientRect().top
    await expect(element).to.be.accessible()
    await respond()
    expect(textOf(find('[part=amount]')!)).to.equal('12.990 kr.')
    expect(find('form')).to.equal(form)
    expect(form.getBoundingClientRect().top).to.equal(before)
  })

  it('what is typed meanwhile is kept, with the focus', async () => {
    const { element, find, respond } = await mountGiven(null)
    const input = find<HTMLInputElement>('input')!
    input.focus()
    input.value = '822'
    input.dispatchEvent(new Event('input'))
    await respond()
    expect([input.value, element.shadowRoot?.activeElement === input]).to.deep.equal(['822', true])
    expect(find('input')).to.equal(input)
  })

  it('a request may be sent before the backend has told the amount', async () => {
    const { find, backend } = await mountGiven(null)
    const input = find<HTMLInputElement>('input')!
    input.value = '8223281'
    input.dispatchEvent(new Event('input'))
    find<HTMLButtonElement>('form button')!.click()
    await settle()
    const [start] = backend.requestsTo('POST', '/start')
    expect(start?.body).to.deep.equal({ phone: '8223281' })
  })

  it('the refusal of such a request, and the offer to replace another one, outlast the amount', async () => {
    const { element, find, backend, respond } = await mountGiven(null)
    backend.overrides['/start'] = () => json({ code: 'phone_busy', canCancelWaiting: true }, 409)
    await element.start('8223281')
    await settle()
    const alert = () => textOf(find('[role=alert]')!)
    expect(alert()).to.include('Önnur greiðslubeiðni bíður')
    await respond()
    expect(element.snapshot?.status).to.equal('open')
    expect(alert()).to.include('Önnur greiðslubeiðni bíður')
    expect(find('[part=replace]')).to.exist
  })

  it('the loss of its answer is no problem where the first snapshot knows it', async () => {
    const { element, backend, respond } = await mountGiven(null, { status: 'awaiting_shopper' })
    backend.overrides['/start'] = backend.unreachable
    await element.start('8223281')
    await settle()
    expect(element.problem).to.equal('network')
    await respond()
    expect(element.problem).to.equal(null)
  })
})
