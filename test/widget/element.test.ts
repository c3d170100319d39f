import { expect, fixture, html } from '@open-wc/testing'
import { NetgiroCheckout } from '../../widget/index.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { mount, mountElement, fakePlatform, textOf } from './support/mount.ts'
import { snapshot, states } from './support/snapshots.ts'

it('shows the fallback and sends no request when it has no session', async () => {
  const backend = new FakeBackend()
  const element = await fixture<NetgiroCheckout>(
    html`<netgiro-checkout .platform=${fakePlatform(backend, new ManualClock())}
      ><a href="#">Else</a></netgiro-checkout
    >`,
  )
  expect(backend.requests).to.be.empty
  expect(element.querySelector('a')!.checkVisibility()).to.equal(true)
  await expect(element).to.be.accessible()
})

it('hides the fallback when it is ready', async () => {
  const { element } = await mount()
  expect(element.querySelector('a')!.checkVisibility()).to.equal(false)
})

it('reflects its attributes', async () => {
  const { element } = await mount()
  Object.assign(element, { session: 'a', server: 'https://b.example', locale: 'en', phone: '1' })
  await settle()
  expect(
    ['session', 'server', 'locale', 'phone'].map((name) => element.getAttribute(name)),
  ).to.deep.equal(['a', 'https://b.example', 'en', '1'])
})

it('keeps properties and attributes that were set before its script ran', async () => {
  const element = document.createElement('netgiro-late')
  const backend = new FakeBackend()
  Object.assign(element, { session: 'cs_early' })
  element.setAttribute('server', 'https://pay.example/base/')
  document.body.append(element)
  customElements.define(
    'netgiro-late',
    class extends NetgiroCheckout {
      override platform = fakePlatform(backend, new ManualClock())
    },
  )
  await settle()
  expect(backend.requests[0]?.url.href).to.equal('https://pay.example/base/v1/session')
  expect(backend.requests[0]?.headers.get('authorization')).to.equal('Bearer cs_early')
  element.remove()
})

it('sends requests to the origin of its script when it has no server attribute', async () => {
  const { element, backend } = await mount()
  element.removeAttribute('server')
  await settle()
  expect(backend.requests.at(-1)?.url.origin).to.equal(location.origin)
})

it('closes its stream and starts from scratch when the session changes', async () => {
  const { element, backend } = await mount({ ...states['awaiting the shopper'], version: 50 })
  const [oldStream] = backend.streams
  backend.snapshot = snapshot({ version: 1, merchant: 'Another shop' })
  element.session = 'cs_other'
  await settle()
  expect(oldStream?.closed).to.equal(true)
  expect(element.snapshot?.merchant).to.equal('Another shop')
  expect(backend.requests.at(-1)?.headers.get('authorization')).to.equal('Bearer cs_other')
})

it('ignores a response that arrives after the session has changed', async () => {
  const { element, backend, type, submit } = await mount()
  let respond: (response: Response) => void = () => undefined
  backend.overrides['/start'] = () => new Promise((resolve) => (respond = resolve))
  type('8223281')
  await submit()
  element.session = 'cs_other'
  await settle()
  respond(Response.json(snapshot({ version: 99, status: 'paid' })))
  await settle()
  expect(element.snapshot?.status).to.equal('open')
})

it('keeps its stream when it is moved in the page', async () => {
  const { element, backend, clock } = await mount(states['awaiting the shopper'])
  const section = await fixture(html`<section></section>`)
  section.append(element)
  await clock.advance(1_000)
  expect(backend.requests).to.have.length(1)
  expect(backend.stream.closed).to.equal(false)
  backend.publish({ status: 'paid' })
  await settle()
  expect(element.snapshot?.status).to.equal('paid')
})

it('renders once into a shadow root that came with the markup of the page', async () => {
  const page = await fixture<HTMLDivElement>(html`<div></div>`)
  page.setHTMLUnsafe(
    `<netgiro-checkout session="cs" server="https://pay.example"
      ><template shadowrootmode="open"><h2>From the server</h2></template></netgiro-checkout
    >`,
  )
  await settle()
  expect(page.querySelector('netgiro-checkout')!.shadowRoot!.querySelectorAll('h2')).to.have.length(
    1,
  )
})

describe('an element that is moved through another document', () => {
  const unpainted = 'rgba(0, 0, 0, 0)'
  const backgroundOf = (node: Element): string =>
    node.ownerDocument.defaultView!.getComputedStyle(node).backgroundColor

  for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout'] as const) {
    it(`<${tag}> keeps its style sheets when a script puts the page together elsewhere`, async () => {
      const { element, find, backend } = await mountElement(tag, states['awaiting the shopper'])
      const { adoptedStyleSheets } = element.renderRoot
      const [before, background] = [[...adoptedStyleSheets], backgroundOf(find('[part=card]'))]
      const page = element.parentElement!
      new DOMParser().parseFromString('<main></main>', 'text/html').body.append(element)
      await settle()
      page.append(element)
      await settle()
      expect(element.renderRoot.adoptedStyleSheets).to.deep.equal(before)
      expect(background).to.not.equal(unpainted)
      expect(backgroundOf(find('[part=card]'))).to.equal(background)
      backend.publish({ status: 'paid' })
      await settle()
      expect(element.snapshot?.status).to.equal('paid')
    })
  }

  it('an element that is moved has all of its style sheets in the document of another window', async () => {
    const { element, find } = await mount(states['awaiting the shopper'])
    element.setAttribute('layout', 'compact')
    await settle()
    const before = element.renderRoot.adoptedStyleSheets.length
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="window"></iframe>`)
    frame.contentDocument!.body.append(element)
    await settle()
    expect(before).to.equal(3)
    expect(element.renderRoot.adoptedStyleSheets).to.have.length(3)
    expect(backgroundOf(find('[part=card]'))).to.not.equal(unpainted)
  })

  it('keeps a style sheet that the page has added to its shadow root', async () => {
    const { element } = await mount()
    const sheet = new CSSStyleSheet()
    element.renderRoot.adoptedStyleSheets.push(sheet)
    const section = await fixture(html`<section></section>`)
    section.append(element)
    await element.start('822 3281')
    await settle()
    expect(element.renderRoot.adoptedStyleSheets).to.include(sheet)
  })
})

it('closes its stream without canceling when it is removed, and continues when it is back', async () => {
  const { element, backend, clock } = await mount(states['awaiting the shopper'])
  const parent = element.parentElement!
  element.remove()
  await clock.advance(1_000)
  expect(backend.stream.closed).to.equal(true)
  expect(backend.requestsTo('POST', '')).to.be.empty
  parent.append(element)
  await settle()
  expect(backend.streams).to.have.length(2)
  expect(element.snapshot?.status).to.equal('awaiting_shopper')
})

it('stops counting seconds when it is removed', async () => {
  const { element, clock } = await mount(states['awaiting the shopper'])
  element.remove()
  await clock.advance(2_000)
  let updates = 0
  const requestUpdate = element.requestUpdate.bind(element)
  element.requestUpdate = (...args) => {
    updates++
    requestUpdate(...args)
  }
  await clock.advance(60_000)
  expect(updates).to.equal(0)
})

it('keeps the first definition when its script runs twice', async () => {
  const again = (await import(`../../widget/define.ts?again=${Math.random()}`)) as unknown
  expect(again).to.exist
  expect(customElements.get('netgiro-checkout')).to.equal(NetgiroCheckout)
})

it('keeps silent when the page loads the same script twice', async () => {
  const { warn } = console
  const lines: unknown[] = []
  console.warn = (...line: unknown[]) => lines.push(line)
  await import(`../../widget/define.ts?again=${Math.random()}`)
  await settle()
  console.warn = warn
  expect(lines).to.be.empty
})

it('resolves finished with the final snapshot, before and after it is there', async () => {
  const { element, backend } = await mount(states['awaiting the shopper'])
  const early = element.finished
  let isFinished = false
  void early.then(() => (isFinished = true))
  backend.publish({ status: 'confirming' })
  await settle()
  expect(isFinished).to.equal(false)
  backend.publish({ status: 'paid' })
  expect((await early).status).to.equal('paid')
  expect((await element.finished).status).to.equal('paid')
})

it('registers no tag when only the class is imported', async () => {
  expect(NetgiroCheckout.name).to.equal('NetgiroCheckout')
  const frame = await fixture<HTMLIFrameElement>(html`<iframe title="bare"></iframe>`)
  const script = frame.contentDocument!.createElement('script')
  script.type = 'module'
  script.textContent = `await import('${new URL('../../widget/index.ts', import.meta.url).href}'); window.done = 1`
  frame.contentDocument!.body.append(script)
  const bare = frame.contentWindow as unknown as {
    done?: number
    customElements: CustomElementRegistry
  }
  while (!bare.done) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(bare.customElements.get('netgiro-checkout')).to.equal(undefined)
})

it('works inside a shadow root and beside another one', async () => {
  const host = await fixture(html`<div></div>`)
  const root = host.attachShadow({ mode: 'open' })
  const backends = [new FakeBackend(), new FakeBackend()]
  for (const backend of backends) {
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, new ManualClock())
    element.session = 'cs'
    root.append(element)
  }
  await settle()
  backends[0]!.publish({ status: 'paid' })
  await settle()
  const [first, second] = root.querySelectorAll('netgiro-checkout')
  expect([first!.snapshot?.status, second!.snapshot?.status]).to.deep.equal(['paid', 'open'])
})

for (const [name, expected, own, around] of [
  ['its own attribute', 'ISK 12,990', 'en', 'is'],
  ['a regional tag', 'ISK 12,990', 'en-GB', 'is'],
  ['the nearest lang when its own is unknown', '12.990 kr.', 'xx', 'is'],
  ['the nearest lang', 'ISK 12,990', null, 'en'],
] as const) {
  it(`uses the language of ${name}`, async () => {
    const { element, find } = await mount()
    element.parentElement!.lang = around
    if (own) element.setAttribute('locale', own)
    else element.locale = null
    await settle()
    expect(textOf(find('[part=amount]'))).to.equal(expected)
    expect(find('[part=card]').lang).to.equal(expected.startsWith('ISK') ? 'en' : 'is')
  })
}

it('uses its default language when neither the page nor the browser has said one', async () => {
  Object.defineProperty(navigator, 'languages', { configurable: true, value: undefined })
  try {
    const { find } = await mount({}, { locale: '' })
    expect(textOf(find('[part=amount]'))).to.equal('12.990 kr.')
  } finally {
    Reflect.deleteProperty(navigator, 'languages')
  }
})

it('changes its language when the lang of the page changes', async () => {
  const { element, find } = await mount()
  element.locale = null
  element.parentElement!.lang = 'en'
  await settle()
  expect(textOf(find('h2'))).to.equal('Pay with Netgíró')
  element.parentElement!.lang = 'is'
  await settle()
  expect(textOf(find('h2'))).to.equal('Greiða með Netgíró')
})

it('shows the texts of the page instead of its own, also in a group', async () => {
  const { element, find } = await mount(states['declined'])
  element.messages = { sendAgain: 'Reyna aftur', outcome: { declined: 'Ekki samþykkt' } }
  await settle()
  expect(textOf(find('h2'))).to.equal('Ekki samþykkt')
  expect(textOf(find('form button'))).to.equal('Reyna aftur')
  expect(textOf(find('[part=text]'))).to.contain('Ekkert var greitt.')
  element.messages = null
  await settle()
  expect(textOf(find('h2'))).to.equal('Greiðslu hafnað')
})

it('the element is light, dark or as the operating system, whatever the color-scheme of the page', async () => {
  const { element } = await mount()
  const schemes = ['light', 'dark', 'auto'].map((theme) => {
    element.setAttribute('theme', theme)
    return getComputedStyle(element).colorScheme
  })
  expect(schemes).to.deep.equal(['light', 'dark', 'light dark'])
})

it('updates once for all changes of a turn, and reflects them', async () => {
  const { element } = await mount()
  let updates = 0
  element.addController({ hostUpdated: () => updates++ })
  element.phone = '8223281'
  element.locale = 'en'
  await element.updateComplete
  expect([updates, element.getAttribute('phone'), element.lang]).to.deep.equal([1, '8223281', ''])
  element.locale = undefined
  await element.updateComplete
  expect(element.hasAttribute('locale')).to.equal(false)
})
