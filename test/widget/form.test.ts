import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import type { NetgiroCheckout, NetgiroCheckoutEvent } from '../../widget/index.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { fakePlatform, mount, mountElement, type Mounted } from './support/mount.ts'
import { formStates, posStates, snapshot, states } from './support/snapshots.ts'

const receipt = 'header.content.signature'

const elements = [
  ['netgiro-checkout', states],
  ['netgiro-pos', posStates],
  ['avarda-checkout', formStates],
] as const

/** Puts the element into a form, with a button, as a shop would. */
async function inForm(
  mounted: { readonly element: HTMLElement },
  name: string | null = 'receipt',
): Promise<{ form: HTMLFormElement; submitted: FormData[]; press: () => void }> {
  const form = document.createElement('form')
  const button = document.createElement('button')
  const submitted: FormData[] = []
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submitted.push(new FormData(form))
  })
  mounted.element.parentElement?.append(form)
  if (name !== null) mounted.element.setAttribute('name', name)
  form.append(mounted.element, button)
  await settle()
  return { form, submitted, press: () => button.click() }
}

/** What the console is warned of while the task runs. */
async function warningsOf(task: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = []
  const { warn } = console
  console.warn = (line: string) => void lines.push(line)
  try {
    await task()
  } finally {
    console.warn = warn
  }
  return lines
}

it('keeps the form around it from being submitted until it is paid, and leads to its field', async () => {
  const mounted = await mount(states['open'], { locale: 'en' })
  const { form, submitted, press } = await inForm(mounted)
  press()
  expect(submitted).to.be.empty
  expect(form.checkValidity()).to.equal(false)
  expect(mounted.element.shadowRoot?.activeElement).to.equal(mounted.find('[part=input]'))
})

for (const [tag, all] of elements) {
  it(`keeps the form around <${tag}> from being submitted in every state but paid, also without a field`, async () => {
    for (const [name, state] of Object.entries<(typeof states)[string]>(all)) {
      const paid = state.status === 'paid'
      const { element } = await mountElement(tag, { ...state, ...(paid && { receipt }) })
      const { form } = await inForm({ element })
      expect(form.checkValidity(), name).to.equal(paid)
    }
  })

  it(`submits the receipt under the name of <${tag}> once it is paid, and nothing that an earlier session paid`, async () => {
    const mounted = await mountElement(tag, { ...all['paid'], receipt })
    const { form, submitted, press } = await inForm(mounted)
    press()
    expect(submitted.map((data) => [...data.entries()])).to.deep.equal([[['receipt', receipt]]])
    mounted.element.session = null
    await settle()
    expect(form.checkValidity()).to.equal(false)
    expect([...new FormData(form).keys()]).to.be.empty
  })

  it(`takes no part in a form while <${tag}> has no name`, async () => {
    const mounted = await mountElement(tag, all['declined'])
    const { submitted, press } = await inForm(mounted, null)
    press()
    expect(submitted).to.have.length(1)
    mounted.element.setAttribute('name', 'receipt')
    await settle()
    press()
    expect(submitted).to.have.length(1)
    mounted.element.name = null
    await settle()
    press()
    expect(submitted).to.have.length(2)
  })

  it(`holds back no payment of <${tag}> for an empty name, under which nothing is submitted`, async () => {
    const mounted = await mountElement(tag, all['confirming'])
    await inForm(mounted, '')
    mounted.backend.publish({ status: 'paid', receipt })
    await settle()
    expect(mounted.events).to.contain('paid')
  })

  it(`submits nothing of <${tag}> where the server signs no receipts, and says so once on the console`, async () => {
    const lines = await warningsOf(async () => {
      const mounted = await mountElement(tag, { ...all['paid'], reference: `WITHOUT-${tag}` })
      const { submitted, press } = await inForm(mounted)
      press()
      expect(submitted.map((data) => [...data.keys()])).to.deep.equal([[]])
      mounted.element.refresh()
      mounted.element.setAttribute('locale', 'en')
      await settle()
    })
    expect(lines).to.have.length(1)
    expect(lines[0])
      .to.contain(`<${tag} name="receipt"> submits nothing`)
      .and.contain('RECEIPT_KEY')
  })
}

it('says nothing of receipts where there is one, or nothing to submit', async () => {
  const lines = await warningsOf(async () => {
    await inForm(await mount({ ...states['paid'], receipt, reference: 'WITH-RECEIPT' }))
    await inForm(await mount({ ...states['open'], reference: 'NOT-PAID' }))
    await inForm(await mount({ ...states['paid'], reference: 'NO-NAME' }), null)
  })
  expect(lines).to.be.empty
})

it('lets the form be submitted when the payment arrives, and the event has the receipt', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  const { form, submitted } = await inForm(mounted)
  const receipts: (string | undefined)[] = []
  for (const name of ['netgiro-status', 'netgiro-paid'] as const)
    mounted.element.addEventListener(name, (event: NetgiroCheckoutEvent) =>
      receipts.push(event.receipt),
    )
  form.addEventListener('netgiro-paid', () => form.requestSubmit())
  mounted.backend.publish({ ...states['paid'], version: 90, receipt })
  await settle()
  expect(receipts).to.deep.equal([receipt, receipt])
  expect(submitted.map((data) => data.get('receipt'))).to.deep.equal([receipt])
})

it('lets the form be submitted by a listener of netgiro-status on the element itself', async () => {
  const { element, backend } = await mount(states['open'])
  const { form, submitted } = await inForm({ element: document.createElement('div') }, null)
  document.body.append(form)
  element.setAttribute('name', 'receipt')
  element.addEventListener('netgiro-status', ({ snapshot: { status } }) => {
    if (status === 'paid') form.requestSubmit()
  })
  form.append(element)
  await settle()
  await import('../../widget/extras/index.ts')
  await settle()
  backend.publish({ ...states['paid'], version: 90, receipt })
  await settle()
  expect(submitted.map((data) => data.get('receipt'))).to.deep.equal([receipt])
  form.remove()
})

it('submits the receipt also of a payment that the page has told, and that a listener submits at once', async () => {
  const paid = snapshot({ ...states['paid'], receipt })
  for (const setName of [
    (element: NetgiroCheckout) => element.setAttribute('name', 'receipt'),
    (element: NetgiroCheckout) => void (element.name = 'receipt'),
  ]) {
    const backend = new FakeBackend()
    backend.overrides[''] = backend.neverRespond
    const clock = new ManualClock()
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, clock)
    Object.assign(element, { session: 'cs_1', server: 'https://pay.example', snapshot: paid })
    setName(element)
    const mounted = { element: document.createElement('div') }
    const { form, submitted } = await inForm(mounted, null)
    form.addEventListener('netgiro-paid', () => form.requestSubmit())
    document.body.append(form)
    form.append(element)
    await settle()
    await import('../../widget/extras/index.ts')
    await clock.advance(200)
    expect(submitted.map((data) => data.get('receipt'))).to.deep.equal([receipt])
    expect(element.snapshot?.status).to.equal('paid')
    form.remove()
  }
})

describe('a form whose receipt is added by a file that comes late', () => {
  /** Paid, as the backend alone tells; `arrive` lets the file come, or fail. */
  async function mountLate(tag: 'netgiro-checkout' | 'netgiro-pos' = 'netgiro-checkout') {
    const backend = new FakeBackend()
    backend.snapshot = snapshot({ ...states['paid'], receipt })
    const clock = new ManualClock()
    const element = document.createElement(tag)
    element.platform = fakePlatform(backend, clock)
    const importOnce: typeof element.importOnce = element.importOnce.bind(element)
    let arrive: (error?: Error) => void = () => undefined
    const arrived = new Promise<void>((resolve, reject) => {
      arrive = (error) => (error ? reject(error) : resolve())
    })
    element.importOnce = (file, load, use) => {
      importOnce(file, file === 'extras' ? () => arrived.then(load) : load, use)
    }
    Object.assign(element, { session: 'cs_1', server: 'https://pay.example', name: 'receipt' })
    const { form, submitted } = await inForm({ element: document.createElement('div') }, null)
    form.addEventListener('netgiro-paid', () => form.requestSubmit())
    document.body.append(form)
    form.append(element)
    await settle()
    const receipts = () => submitted.map((data) => data.get('receipt'))
    return { element, form, clock, backend, arrive, receipts }
  }

  for (const tag of ['netgiro-checkout', 'netgiro-pos'] as const) {
    it(`a form is not submitted without its receipt by a listener of <${tag}> when the backend is the first to report the payment`, async () => {
      const { form, clock, arrive, receipts } = await mountLate(tag)
      expect(receipts()).to.be.empty
      arrive()
      await import('../../widget/extras/index.ts')
      await settle()
      await clock.advance(200)
      expect(receipts()).to.deep.equal([receipt])
      form.remove()
    })
  }

  it('a form is told of the payment once when the file that adds the receipt cannot be loaded, or does not come', async () => {
    const failing = await mountLate()
    failing.arrive(new TypeError('Failed to fetch'))
    for (const { element, clock, form, receipts } of [failing, await mountLate()]) {
      await clock.advance(6_000)
      expect(element.outcome).to.equal('paid')
      await clock.advance(20_000)
      expect(receipts()).to.have.length(1)
      form.remove()
    }
  })

  it('a form is told of the payment in time, whatever older answer comes and however often the page asks', async () => {
    const { element, backend, clock, form } = await mountLate()
    backend.overrides['/cancel'] = () =>
      Response.json(snapshot({ status: 'confirming', version: 1 }), { status: 202 })
    backend.snapshot = snapshot({ ...states['awaiting the shopper'], version: 2 })
    element.session = 'cs_2'
    await settle()
    backend.publish({ ...states['paid'], version: 3, receipt })
    await element.cancel()
    expect(element.snapshot?.version).to.equal(2)
    for (let seconds = 0; seconds < 6; seconds += 2) {
      await clock.advance(2_000)
      element.refresh()
      await settle()
    }
    expect(element.outcome).to.equal('paid')
    form.remove()
  })

  it('a form is not told of a payment of the session before', async () => {
    const { element, backend, clock, form, arrive, receipts } = await mountLate()
    backend.snapshot = snapshot({ reference: 'WEB-2' })
    element.session = 'cs_2'
    await settle()
    arrive()
    await import('../../widget/extras/index.ts')
    await clock.advance(6_000)
    expect(element.snapshot?.reference).to.equal('WEB-2')
    expect(receipts()).to.be.empty
    form.remove()
  })
})

it('the element does not submit the form around it when its own is submitted', async () => {
  const mounted = await mount(states['open'])
  const { submitted } = await inForm(mounted)
  mounted.type('8223281')
  await mounted.submit()
  expect(submitted).to.be.empty
})

/** Moves the element into a `<fieldset disabled>`, which a page may enable. */
async function inDisabledFieldset({
  element,
}: {
  readonly element: HTMLElement
}): Promise<HTMLFieldSetElement> {
  const fieldset = document.createElement('fieldset')
  fieldset.disabled = true
  element.parentElement?.append(fieldset)
  fieldset.append(element)
  await settle()
  return fieldset
}

const startsOf = ({ backend }: Pick<Mounted, 'backend'>): unknown[] =>
  backend.requestsTo('POST', '/start').map(({ body }) => body)

for (const [tag, state] of [
  ['netgiro-checkout', states['declined']],
  ['netgiro-pos', posStates['declined']],
  ['avarda-checkout', formStates['declined']],
] as const) {
  it(`<${tag}> starts nothing while a fieldset around it is disabled, and shows that`, async () => {
    const mounted = await mountElement(tag, state)
    const fieldset = await inDisabledFieldset(mounted)
    const controls = [...mounted.element.renderRoot.querySelectorAll('input, button')]
    const button = mounted.find('[part~=button]')
    expect(controls.every((control) => control.matches(':disabled'))).to.equal(true)
    expect(getComputedStyle(button).opacity).to.equal('0.6')
    if (tag !== 'avarda-checkout') mounted.type('8223281')
    button.click()
    await settle()
    expect(startsOf(mounted)).to.be.empty
    fieldset.disabled = false
    await settle()
    button.click()
    await settle()
    expect(startsOf(mounted)).to.have.length(1)
  })
}

it('other ways to pay do not look disabled when the element is in a disabled fieldset', async () => {
  const mounted = await mount(states['open'])
  const other = document.createElement('p')
  other.slot = 'other'
  mounted.element.append(other)
  await inDisabledFieldset(mounted)
  for (let node: Element | null = other.assignedSlot; node; node = node.parentElement) {
    const { display, opacity } = getComputedStyle(node)
    // [css] without a box, nothing is transparent.
    if (display !== 'contents') expect(opacity).to.equal('1')
  }
})

it('a request that waits, or may still be waiting, can be canceled in a disabled fieldset', async () => {
  for (const state of [states['awaiting the shopper'], states['uncertain']]) {
    const mounted = await mount(state)
    await inDisabledFieldset(mounted)
    mounted.find('[part=cancel]').click()
    await settle()
    expect(mounted.backend.requestsTo('POST', '/cancel')).to.have.length(1)
  }
})

it('lets the page itself start a payment in a disabled fieldset', async () => {
  const mounted = await mount(states['open'])
  await inDisabledFieldset(mounted)
  await mounted.element.start('8223281')
  expect(startsOf(mounted)).to.have.length(1)
})

it('sends no request again after a fieldset around it was disabled', async () => {
  const mounted = await mount({ ...states['awaiting the shopper'], phone: '•••3281' })
  mounted.element.phone = '8223281'
  await settle()
  await mounted.clock.advance(80_000)
  mounted.backend.overrides['/cancel'] = () => {
    mounted.backend.publish({ cancelRequested: true })
    return Response.json(mounted.backend.currentSnapshot)
  }
  mounted.find('[part=resend]').click()
  await settle()
  await inDisabledFieldset(mounted)
  mounted.backend.publish({
    ...{ status: 'open', cancelRequested: false },
    lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shopper' },
  })
  await settle()
  expect(startsOf(mounted)).to.be.empty
})

it('opens no purchase with Avarda by itself before a fieldset around it is enabled', async () => {
  const mounted = await mountElement('avarda-checkout', formStates['declined'])
  const fieldset = await inDisabledFieldset(mounted)
  mounted.backend.publish({ status: 'open', lastAttempt: null })
  await settle()
  expect(startsOf(mounted)).to.be.empty
  fieldset.disabled = false
  await settle()
  expect(startsOf(mounted)).to.have.length(1)
})

it('starts nothing for what is scanned at a till while a fieldset around it is disabled', async () => {
  const mounted = await mountElement('netgiro-pos', posStates['open'])
  const fieldset = await inDisabledFieldset(mounted)
  const scan = async (): Promise<void> => {
    ;(document.activeElement as HTMLElement | null)?.blur()
    await sendKeys({ type: '500004Ab1d' })
    await sendKeys({ press: 'Enter' })
    await settle()
  }
  await scan()
  expect(startsOf(mounted)).to.be.empty
  fieldset.disabled = false
  await settle()
  await scan()
  expect(startsOf(mounted)).to.have.length(1)
})
