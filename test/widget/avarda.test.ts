import { expect, fixture, html, oneEvent } from '@open-wc/testing'
import type { NetgiroErrorEvent } from '../../widget/index.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { locales } from '../../widget/avarda/messages/index.ts'
import { settle } from './support/clock.ts'
import { mountElement, textOf, type Mounted } from './support/mount.ts'
import { form, formStates, snapshot } from './support/snapshots.ts'

interface Options {
  readonly divId: string
  readonly purchaseId: string
  readonly callbackUrl: string
  readonly done: (purchaseId: string) => void
}

/** Globals that the fake of the provider's script sets. */
const page = window as unknown as {
  formInits?: Options[]
  formScriptRuns?: number
  AvardaCheckOutClient?: unknown
}
const formInits = (): Options[] => page.formInits ?? []

const mount = (
  ...rest: Parameters<typeof mountElement> extends [unknown, ...infer R] ? R : never
) => mountElement('avarda-checkout', ...rest)

type Checkout = Mounted<'avarda-checkout'>

const formContainer = ({ element }: Checkout): HTMLElement | null =>
  element.querySelector('[slot=form]')

/** Waits for a condition that depends on the real network, over which the script is loaded. */
const waitFor = async (condition: () => unknown): Promise<void> => {
  for (let frame = 0; !condition(); frame++) {
    if (frame > 300) throw new Error('Condition not met within 300 frames')
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  await settle()
}

/**
 * Holds back the script that `act` makes the element load. No local server accepts a connection without responding; a script
 * without a URL never loads either, until it is given one.
 */
async function holdScript(act: () => void): Promise<(src: string) => void> {
  const { prototype } = HTMLScriptElement
  const address = Object.getOwnPropertyDescriptor(prototype, 'src')!
  Object.defineProperty(prototype, 'src', { ...address, set: () => undefined })
  act()
  await settle()
  Object.defineProperty(prototype, 'src', address)
  const held = [...document.scripts].find((script) => !script.src && !script.text)!
  return (src) => {
    held.src = src
  }
}

/** Removes the form from the snapshot, which has one only while the purchase is with the shopper. */
function removeForm({ backend }: Checkout): void {
  const rest: { -readonly [K in keyof Snapshot]: Snapshot[K] } = { ...backend.snapshot }
  delete rest.form
  backend.snapshot = rest
}

const inForm = formStates['in the form']!

async function mountForm(...rest: Parameters<typeof mount>): Promise<Checkout> {
  const [first = inForm, options] = rest
  const before = formInits().length
  const mounted = await mount(first, options)
  await waitFor(() => formInits().length > before)
  return mounted
}

beforeEach(() => {
  page.formInits = []
})

for (const locale of ['is', 'en', 'sv']) {
  for (const [name, state] of Object.entries(formStates)) {
    it(`renders a checkout that is ${name} accessibly in ${locale}`, async () => {
      const { element, find, text } = await mount(state, { locale })
      expect(textOf(find('h2'))).to.not.equal('')
      expect(text()).to.not.contain('Netgíró')
      expect(element.renderRoot.querySelector('[style], style')).to.equal(null)
      await expect(element).to.be.accessible()
    })
  }
}

it('gives each outcome the sign that it has in <netgiro-checkout>, and nothing else a sign', async () => {
  for (const [name, state] of Object.entries(formStates)) {
    const { element } = await mount(state)
    const sign = element.renderRoot.querySelector('svg[part~=icon]')?.outerHTML
    const { find: findInOther } = await mountElement('netgiro-checkout', state)
    const isOver = state.status !== 'confirming' && state.status !== 'starting' && !state.form
    const expected =
      isOver && !state.uncertain ? findInOther('svg[part~=icon]').outerHTML : undefined
    expect(sign, name).to.equal(expected)
  }
})

it('distinguishes the signs of outcomes by their colours', async () => {
  const colours = new Set<string>()
  for (const name of ['paid', 'declined', 'canceled', 'in review']) {
    const { find } = await mount(formStates[name])
    const { backgroundColor, stroke } = getComputedStyle(find('[part~=icon]'))
    colours.add(`${backgroundColor} ${stroke}`)
  }
  expect(colours.size).to.equal(4)
})

it('announces nothing that it does not show when the time of the form is over', async () => {
  const { element, find, clock } = await mountForm(inForm, { locale: 'en' })
  await clock.advance(181_000)
  expect(textOf(find('[role=status]'))).to.not.include('still checking')
  expect(textOf(find('h2'))).to.equal('Complete the payment')
  element.remove()
})

it('the texts of <avarda-checkout> do not mention Netgíró in any language', () => {
  for (const messages of Object.values(locales)) {
    expect(JSON.stringify(messages)).to.not.match(/netgíró|app/i)
  }
})

describe('the start of a payment', () => {
  it('starts the payment by itself once, after netgiro-before-start', async () => {
    const { backend, events, clock } = await mount()
    backend.snapshot = { ...backend.snapshot, version: 2 }
    await clock.advance(1_000)
    expect(backend.requestsTo('POST', '/start').map(({ body }) => body)).to.deep.equal([{}])
    expect(events.slice(0, 2)).to.deep.equal(['status', 'before-start'])
  })

  it('leaves the start to a button when netgiro-before-start is prevented', async () => {
    const once = { once: true, capture: true }
    document.addEventListener('netgiro-before-start', (event) => event.preventDefault(), once)
    const { backend, find } = await mount(undefined, { locale: 'en' })
    expect(backend.requestsTo('POST', '/start')).to.be.empty
    expect(textOf(find('button'))).to.equal('Go to payment')
    find('button').click()
    await settle()
    expect(backend.requestsTo('POST', '/start')).to.have.length(1)
  })

  it('leaves the start to a button when an attempt has ended', async () => {
    const { backend, find } = await mount(formStates['declined'], { locale: 'en' })
    expect(backend.requestsTo('POST', '/start')).to.be.empty
    expect(textOf(find('h2'))).to.equal('Payment declined')
    expect(textOf(find('button'))).to.equal('Try again')
    find('button').click()
    await settle()
    expect(backend.requestsTo('POST', '/start')).to.have.length(1)
  })

  it('leaves the start to a button when the network failed', async () => {
    const { backend, clock, find } = await mount(undefined, {
      locale: 'en',
      prepare: (it) => void (it.overrides['/start'] = it.unreachable),
    })
    await clock.advance(5_000)
    expect(textOf(find('[role=alert]'))).to.contain('connection was lost')
    await clock.advance(5_000)
    expect(backend.requestsTo('POST', '/start')).to.have.length(1)
    expect(textOf(find('button'))).to.equal('Go to payment')
  })

  for (const name of ['uncertain', 'canceling', 'confirming', 'paid', 'expired']) {
    it(`starts no payment when the checkout is ${name}`, async () => {
      const { element, backend } = await mount(formStates[name])
      await element.start()
      expect(backend.requestsTo('POST', '/start')).to.be.empty
    })
  }

  it('starts a payment again when the session changes', async () => {
    const { element, backend } = await mount()
    element.session = 'cs_other'
    await settle()
    expect(backend.requestsTo('POST', '/start')).to.have.length(2)
  })
})

describe('the form', () => {
  it('mounts the form in the light DOM, where its script finds it, and shows it in the card', async () => {
    const mounted = await mountForm()
    const [options] = formInits()
    expect(document.getElementById(options!.divId) === formContainer(mounted)).to.equal(true)
    expect(options!.purchaseId).to.equal(form.settings.purchaseId)
    expect(formContainer(mounted)!.querySelector('iframe')!.checkVisibility()).to.equal(true)
    expect(mounted.find<HTMLSlotElement>('slot[name=form]').assignedElements()).to.have.length(1)
  })

  it('leaves the form alone when the snapshot changes, and loads its script once', async () => {
    const mounted = await mountForm()
    const frame = formContainer(mounted)!.querySelector('iframe')
    mounted.backend.publish({ description: 'New' })
    await settle()
    expect(formContainer(mounted)!.querySelector('iframe') === frame).to.equal(true)
    mounted.element.remove()
    await mounted.clock.advance(1)
    await mountForm()
    expect(formInits()).to.have.length(2)
    expect(page.formScriptRuns).to.equal(1)
  })

  it('takes the address of a script from the backend alone, never from markup', async () => {
    const mounted = await mount(inForm, {
      prepare: (backend) => (backend.overrides[''] = backend.neverRespond),
    })
    const { element, backend, clock } = mounted
    // As a comment of a stranger might, which a page shows without its scripts.
    element.setAttribute('snapshot', JSON.stringify(backend.currentSnapshot))
    await settle()
    expect(element.snapshot?.status).to.equal('awaiting_shopper')
    expect(element.querySelectorAll('[slot=form]')).to.have.length(0)
    delete backend.overrides['']
    await clock.advance(7_000)
    await waitFor(() => formInits().length === 1)
  })

  it('keeps a wide form inside a narrow card', async () => {
    const mounted = await mountForm()
    mounted.element.style.width = '288px'
    await settle()
    expect(formContainer(mounted)!.querySelector('iframe')!.offsetWidth).to.be.above(288)
    expect(mounted.find('[part=card]').scrollWidth).to.be.at.most(288)
  })

  it('shows the loading text below the heading, and leaves the form in its place when the text goes', async () => {
    const mounted = await mount()
    const load = await holdScript(() =>
      mounted.backend.publish({
        status: 'awaiting_shopper',
        form: { ...form, script: '/held.js' },
      }),
    )
    const hint = mounted.find('[part=hint]')
    const topOfForm = () => formContainer(mounted)?.getBoundingClientRect().top
    const before = topOfForm()
    expect(hint.getBoundingClientRect().top).to.be.at.least(
      mounted.find('h2').getBoundingClientRect().bottom,
    )
    load(form.script)
    await waitFor(() => textOf(hint) === '')
    expect(topOfForm()).to.equal(before)
  })

  it('mounts the form in a new node when the purchase changes', async () => {
    const mounted = await mountForm()
    mounted.backend.publish({ form: { ...form, settings: { purchaseId: 'another' } } })
    await waitFor(() => formInits().length === 2)
    const [first, second] = formInits()
    expect(second!.purchaseId).to.equal('another')
    expect(second!.divId).to.not.equal(first!.divId)
    expect(document.querySelectorAll('#mainiFrame')).to.have.length(1)
    expect(mounted.element.querySelectorAll('[slot=form]')).to.have.length(1)
  })

  it('removes the remains of an earlier form before it mounts the form', async () => {
    await fixture(html`<p id="avardaCheckOutLoadingSpinner"></p>`)
    await mountForm()
    expect(document.getElementById('avardaCheckOutLoadingSpinner')).to.equal(null)
  })

  it('keeps the form when the element is moved, and mounts it again when the element was removed', async () => {
    const mounted = await mountForm()
    const { element, clock } = mounted
    const section = await fixture(html`<section></section>`)
    section.append(element)
    await clock.advance(1)
    expect([formInits().length, element.querySelectorAll('iframe').length]).to.deep.equal([1, 1])
    element.remove()
    await clock.advance(1)
    await settle()
    expect(formContainer(mounted)).to.equal(null)
    section.append(element)
    await waitFor(() => formInits().length === 2)
    expect(document.querySelectorAll('#mainiFrame')).to.have.length(1)
  })

  for (const [name, changes] of Object.entries({
    'cancellation is requested': { cancelRequested: true },
    'the checkout is paid': { status: 'paid' },
    'the payment is being confirmed': { status: 'confirming' },
    'the attempt has ended': {
      status: 'open',
      lastAttempt: { outcome: 'failed', reason: 'canceled_or_failed' },
    },
  } as const)) {
    it(`removes the form when ${name}`, async () => {
      const mounted = await mountForm()
      if (!('cancelRequested' in changes)) removeForm(mounted)
      mounted.backend.publish(changes)
      await settle()
      expect(formContainer(mounted)).to.equal(null)
    })
  }

  it('moves the focus to the heading when the focused form is removed', async () => {
    const mounted = await mountForm()
    formContainer(mounted)!.querySelector('iframe')!.focus()
    expect(document.activeElement?.id).to.equal('mainiFrame')
    removeForm(mounted)
    mounted.backend.publish({ status: 'paid' })
    await settle()
    expect(mounted.element.shadowRoot?.activeElement === mounted.find('h2')).to.equal(true)
  })

  it('loads the script of the form with the nonce of the element', async () => {
    const mounted = await mount()
    mounted.element.nonce = 'n0nce'
    const script = '/test/widget/support/form-script.js?nonce'
    mounted.backend.publish({ status: 'awaiting_shopper', form: { ...form, script } })
    await waitFor(() => formInits().length === 1)
    expect(document.querySelector<HTMLScriptElement>('script[src$="?nonce"]')?.nonce).to.equal(
      'n0nce',
    )
  })

  it('shows the time left only in the last five minutes', async () => {
    const mounted = await mountForm({ ...inForm, expiresAt: '2026-11-20T12:30:00Z' })
    expect(mounted.element.renderRoot.querySelector('[role=timer]')).to.equal(null)
    await mounted.clock.advance(25 * 60_000 + 1_000)
    expect(textOf(mounted.find('[role=timer]'))).to.match(/Gildir í (5:00|4:59)/)
  })
})

describe('a form that cannot be shown', () => {
  it('reports form_unavailable and offers a retry when the form cannot be shown', async () => {
    const script = '/test/widget/support/no-such-script.js'
    const mounted = await mount(undefined, { locale: 'en' })
    const problem = oneEvent(mounted.element, 'netgiro-error')
    mounted.backend.publish({ status: 'awaiting_shopper', form: { ...form, script } })
    expect(((await problem) as unknown as NetgiroErrorEvent).code).to.equal('form_unavailable')
    await settle()
    expect(textOf(mounted.find('[role=alert]'))).to.contain('could not be loaded')
    expect(document.querySelector('script[src*=no-such]')).to.equal(null)
    await expect(mounted.element).to.be.accessible()

    const again = oneEvent(mounted.element, 'netgiro-error')
    mounted.find('button').click()
    await mounted.element.updateComplete
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
    expect(document.querySelectorAll('script[src*=no-such]')).to.have.length(1)
    await again
  })

  it('reports an error when the script of the form does not load within fifteen seconds', async () => {
    const mounted = await mount(undefined, { locale: 'en' })
    await holdScript(() =>
      mounted.backend.publish({
        status: 'awaiting_shopper',
        form: { ...form, script: '/silent.js' },
      }),
    )
    await mounted.clock.advance(14_900)
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
    await mounted.clock.advance(200)
    expect(textOf(mounted.find('[role=alert]'))).to.contain('could not be loaded')
  })

  it('reports an error when the script of the form does not define the client', async () => {
    const client = page.AvardaCheckOutClient
    page.AvardaCheckOutClient = undefined
    const mounted = await mount(inForm)
    await waitFor(() => mounted.events.includes('error'))
    page.AvardaCheckOutClient = client
    mounted.find('button').click()
    await waitFor(() => formInits().length === 1)
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
  })

  it('loads the script again on a retry when what came instead of it defined no client', async () => {
    const client = page.AvardaCheckOutClient
    // A page about maintenance, for example, which loads like a script.
    const nothing = { configurable: true, get: () => undefined, set: () => undefined }
    Object.defineProperty(page, 'AvardaCheckOutClient', nothing)
    const script = '/test/widget/support/form-script.js?again'
    const mounted = await mount({ ...inForm, form: { ...form, script } })
    await waitFor(() => mounted.events.includes('error'))
    delete page.AvardaCheckOutClient
    mounted.find('button').click()
    await waitFor(() => formInits().length === 1).finally(() => {
      page.AvardaCheckOutClient = client
    })
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
  })

  it('reports an error when the form draws nothing within fifteen seconds', async () => {
    await mountForm()
    const client = page.AvardaCheckOutClient
    page.AvardaCheckOutClient = { init: (options: Options) => formInits().push(options) }
    const mounted = await mountForm(inForm, { locale: 'en' })
    page.AvardaCheckOutClient = client
    await mounted.clock.advance(14_900)
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
    await mounted.clock.advance(200)
    expect(textOf(mounted.find('[role=alert]'))).to.contain('could not be loaded')
    mounted.find('button').click()
    await waitFor(() => formContainer(mounted)?.querySelector('iframe'))
    await mounted.clock.advance(20_000)
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
  })
})

describe('the done callback of the form', () => {
  it('reads the snapshot and shows that it is checking when the form calls done, whatever done says', async () => {
    const mounted = await mountForm(undefined, { locale: 'en' })
    const streams = mounted.backend.requestsTo('GET', '/events').length
    formInits()[0]!.done('whatever it says')
    await settle()
    // A new stream, whose first event is the current snapshot.
    expect(mounted.backend.requestsTo('GET', '/events')).to.have.length(streams + 1)
    expect(textOf(mounted.find('h2'))).to.equal('Checking the payment…')
    expect(mounted.element.snapshot?.status).to.equal('awaiting_shopper')
    expect(mounted.events).to.not.contain('paid')
  })

  it('leaves the form in place after done until the snapshot changes', async () => {
    const mounted = await mountForm(undefined, { locale: 'en' })
    formInits()[0]!.done('')
    await settle()
    expect(formContainer(mounted)).to.exist
    removeForm(mounted)
    mounted.backend.publish({
      status: 'open',
      lastAttempt: { outcome: 'declined', reason: 'declined' },
    })
    await settle()
    expect(textOf(mounted.find('h2'))).to.equal('Payment declined')
  })

  it('no longer says that it is checking when another form takes the place of the one that is done', async () => {
    const mounted = await mountForm(undefined, { locale: 'en' })
    formInits()[0]!.done('')
    await settle()
    mounted.backend.publish({ form: { ...form, settings: { purchaseId: 'of-another-tab' } } })
    await waitFor(() => formInits().length === 2)
    expect(textOf(mounted.find('h2'))).to.not.equal('Checking the payment…')
  })

  it('ignores done from a form that was removed', async () => {
    const mounted = await mountForm()
    const [old] = formInits()
    removeForm(mounted)
    mounted.backend.publish({ status: 'confirming' })
    await settle()
    const { length } = mounted.backend.requests
    old!.done('')
    await settle()
    expect(mounted.backend.requests).to.have.length(length)
  })
})

describe('a return from the bank', () => {
  const address = location.href
  afterEach(() => history.replaceState(null, '', address))

  it('shows the same purchase after a return from the bank, whatever the query parameters say', async () => {
    history.replaceState(null, '', '?order=7&purchaseId=x&callback=1&PaymentStatus=Failure#there')
    const mounted = await mountForm()
    expect(mounted.backend.requestsTo('POST', '/start')).to.be.empty
    const [{ callbackUrl, purchaseId }] = formInits() as [Options]
    expect(purchaseId).to.equal(form.settings.purchaseId)
    expect(new URL(callbackUrl).search).to.equal('?order=7')
    expect(new URL(callbackUrl).hash).to.equal('')
  })

  it('gives the form the page in return-url as the place to return to', async () => {
    const mounted = await mount()
    mounted.element.setAttribute('return-url', '/pay?step=2')
    mounted.backend.publish({ status: 'awaiting_shopper', form })
    await waitFor(() => formInits().length === 1)
    expect(formInits()[0]!.callbackUrl).to.equal(`${location.origin}/pay?step=2`)
  })

  for (const address of [
    '',
    'http://',
    'https://[',
    'javascript:alert(1)',
    'java\nscript:x',
    'data:x',
  ]) {
    it(`the return from the bank is to the page itself when the return-url is ${JSON.stringify(address)}`, async () => {
      const mounted = await mount()
      mounted.element.setAttribute('return-url', address)
      mounted.backend.publish({ status: 'awaiting_shopper', form })
      await waitFor(() => formInits().length === 1)
      expect(formInits()[0]!.callbackUrl).to.equal(location.href)
      expect(mounted.element.problem).to.equal(null)
    })
  }
})

for (const [locale, currency, amount, formatted] of [
  ['en', 'SEK', 123450, 'SEK 1,234.50'],
  ['sv', 'SEK', 123450, '1 234,50 SEK'],
  ['is', 'NOK', 123450, '1.234,50 NOK'],
  ['en', 'EUR', 5, 'EUR 0.05'],
  ['sv', 'DKK', 100_000_000, '1 000 000,00 DKK'],
  ['is', 'ISK', 12990, '12.990 kr.'],
  ['sv', 'ISK', 12990, '12 990 ISK'],
] as const) {
  it(`formats ${amount} minor units of ${currency} in ${locale} as ${formatted}`, async () => {
    const { find } = await mount(snapshot({ status: 'paid', amount, currency }), { locale })
    expect(textOf(find('[part=amount]'))).to.equal(formatted)
  })
}

it('uses English when none of its languages is requested', async () => {
  const { element, find } = await mount(formStates['paid'])
  element.setAttribute('locale', 'fi')
  element.parentElement!.lang = 'fi'
  await settle()
  const browser = navigator.languages.some((tag) => /^(is|sv)/.test(tag))
  if (!browser) expect(textOf(find('h2'))).to.equal('Payment complete')
})
