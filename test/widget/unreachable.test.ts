import { expect, waitUntil } from '@open-wc/testing'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { NetgiroErrorEvent } from '../../widget/index.ts'
import { serverFromScriptUrl } from '../../widget/default-server.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { mount, mountElement, fakePlatform, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const { error: consoleError } = console
let loggedErrors: string[] = []
beforeEach(() => {
  loggedErrors = []
  console.error = (...args: unknown[]) => void loggedErrors.push(args.join(' '))
})
afterEach(() => {
  console.error = consoleError
})

/** The texts for the console are imported; where that is slow, they would come in the middle of the next test. */
const explained = () => waitUntil(() => loggedErrors.length > 0)

const alert = ({ find }: Mounted): string => textOf(find('[role=alert]'))
const fallback = ({ find }: Mounted): Element[] =>
  find<HTMLSlotElement>('slot:not([name])').assignedElements()
const retry = ({ element }: Mounted) =>
  element.renderRoot.querySelector<HTMLButtonElement>('[part=retry]')

const notFound = () => new Response('Not found', { status: 404 })
for (const [name, { answer, file, words }] of Object.entries<{
  answer: (backend: FakeBackend) => FakeBackend['serveFile']
  file?: FakeBackend['serveFile']
  words: string[]
}>({
  'refuses this page’s origin': {
    answer: ({ unreachable }) => unreachable,
    words: [location.origin, 'ALLOWED_ORIGINS'],
  },
  'is another server without these paths': {
    answer: () => notFound,
    file: notFound,
    words: ['is not the payment server', '404', 'server attribute', 'PUBLIC_URL'],
  },
  'answers not_found': {
    answer: (backend) => backend.problem('not_found', 404),
    file: notFound,
    words: ['is not the payment server', '404'],
  },
  'cannot be connected to': {
    answer: ({ unreachable }) => unreachable,
    file: () => Promise.reject(new TypeError('Failed to fetch')),
    words: ['nothing answers', 'server attribute'],
  },
})) {
  describe(`a backend that ${name}`, () => {
    const mountUnreachable = (): Promise<Mounted> =>
      mount(undefined, {
        locale: 'en',
        prepare(backend) {
          backend.overrides[''] = answer(backend)
          if (file) backend.serveFile = file
        },
      })

    it('shows an unreachable backend after ten seconds, with the fallback and a retry button', async () => {
      const mounted = await mountUnreachable()
      await mounted.clock.advance(9_000)
      expect(mounted.text()).to.contain('Connecting…')
      await mounted.clock.advance(2_000)
      expect(alert(mounted)).to.equal('The payment server could not be reached.')
      expect(mounted.text()).to.not.contain('onnecting…')
      expect(fallback(mounted)).to.have.length(1)
      expect(textOf(retry(mounted)!)).to.equal('Try again')
      await expect(mounted.element).to.be.accessible()
    })

    it('reports an unreachable backend once by an event and once on the console with what to check', async () => {
      const mounted = await mountUnreachable()
      const codes: string[] = []
      mounted.element.addEventListener('netgiro-error', ({ code }: NetgiroErrorEvent) =>
        codes.push(code),
      )
      await mounted.clock.advance(30_000)
      retry(mounted)!.click()
      await mounted.clock.advance(30_000)
      expect(codes).to.deep.equal(['unreachable'])
      expect(mounted.element.problem).to.equal('unreachable')
      await explained()
      expect(loggedErrors).to.have.length(1)
      for (const word of ['https://pay.example', ...words]) expect(loggedErrors[0]).to.contain(word)
      expect(loggedErrors[0]).to.not.contain('cs_secret')
    })

    it('retries an unreachable backend when the shopper presses the button, and recovers when it responds', async () => {
      const mounted = await mountUnreachable()
      await mounted.clock.advance(11_000)
      const requestsBefore = mounted.backend.requests.length
      retry(mounted)!.click()
      await settle()
      expect(mounted.backend.requests.length).to.be.above(requestsBefore)
      expect(alert(mounted)).to.equal('')
      await mounted.clock.advance(11_000)
      expect(retry(mounted)).to.exist
      delete mounted.backend.overrides['']
      retry(mounted)!.click()
      await settle()
      expect(textOf(mounted.find('h2'))).to.equal('Pay with Netgíró')
      expect(mounted.element.problem).to.equal(null)
    })
  })
}

it('shows a backend that never responds as unreachable after ten seconds', async () => {
  const { element, clock } = await mount(undefined, {
    prepare: (backend) => void (backend.overrides[''] = backend.neverRespond),
  })
  await clock.advance(11_000)
  expect(element.problem).to.equal('unreachable')
})

it('recovers by itself when an unreachable backend responds', async () => {
  const { element, backend, clock } = await mount(undefined, {
    prepare: (it) => void (it.overrides[''] = it.unreachable),
  })
  await clock.advance(20_000)
  await explained()
  delete backend.overrides['']
  await clock.advance(15_000)
  expect(element.snapshot?.status).to.equal('open')
  expect(element.problem).to.equal(null)
})

it('takes back that a backend is unreachable when it responds what the page has told', async () => {
  const mounted = await mount(undefined, {
    prepare: (it) => void (it.overrides[''] = it.unreachable),
  })
  mounted.element.setAttribute('snapshot', JSON.stringify(mounted.backend.snapshot))
  await mounted.clock.advance(20_000)
  await explained()
  expect(retry(mounted)).to.exist
  delete mounted.backend.overrides['']
  await mounted.clock.advance(15_000)
  expect([alert(mounted), retry(mounted), mounted.element.problem]).to.deep.equal(['', null, null])
})

for (const [name, answer] of Object.entries<(backend: FakeBackend) => FakeBackend['serveFile']>({
  'that cannot be reached': ({ unreachable }) => unreachable,
  'that does not know the session': (backend) => backend.problem('unknown_session', 401),
})) {
  /** The page has told this of the checkout. */
  const mountGiven = (given: Partial<Snapshot>): Promise<Mounted> =>
    mount(given, {
      prepare: (backend) => void (backend.overrides[''] = answer(backend)),
      given: true,
    })

  it(`shows the fallback beside a backend ${name} also where the page has told what is to be paid`, async () => {
    const mounted = await mountGiven({})
    await mounted.clock.advance(11_000)
    await explained()
    expect(mounted.element.problem).not.to.equal(null)
    expect(fallback(mounted)).to.have.length(1)
    expect(mounted.element.renderRoot.querySelector('[part=input]')).to.equal(null)
  })

  it(`goes on to show a request that the page has told of beside a backend ${name}`, async () => {
    const mounted = await mountGiven(states['awaiting the shopper']!)
    await mounted.clock.advance(11_000)
    await explained()
    expect(mounted.element.snapshot?.status).to.equal('awaiting_shopper')
    expect(mounted.find('[part=cancel]')).to.exist
  })
}

for (const [told, { state, part }] of Object.entries({
  'what is to be paid': { state: 'open', part: '[part=input]' },
  'a request': { state: 'awaiting the shopper', part: '[part=cancel]' },
})) {
  it(`shows ${told} that the page has told in a form at once, also while its files cannot be loaded`, async () => {
    const backend = new FakeBackend()
    backend.overrides[''] = backend.neverRespond
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, new ManualClock())
    const importOnce: typeof element.importOnce = element.importOnce.bind(element)
    element.importOnce = (file, _load, use) => {
      importOnce(file, () => Promise.reject(new TypeError('Failed to fetch')), use)
    }
    const snapshot = states[state]
    const given = { session: 'cs_1', server: 'https://pay.example', name: 'receipt', snapshot }
    document.body.append(Object.assign(element, given))
    await settle()
    expect(element.snapshot).to.deep.equal(snapshot)
    expect(element.renderRoot.querySelector(part)).to.exist
    element.remove()
  })
}

it('keeps the form that a backend has confirmed when it no longer knows the session', async () => {
  const mounted = await mount()
  mounted.backend.overrides[''] = mounted.backend.problem('unknown_session', 401)
  mounted.element.refresh()
  await mounted.clock.advance(2_000)
  await explained()
  expect(mounted.element.problem).to.equal('unknown_session')
  expect(mounted.find('[part=input]')).to.exist
})

it('reconnects to a backend that has responded before, and never calls it unreachable', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  mounted.backend.overrides[''] = mounted.backend.unreachable
  mounted.backend.overrides['/events'] = mounted.backend.unreachable
  mounted.backend.stream.drop()
  await mounted.clock.advance(120_000)
  expect(alert(mounted)).to.equal('')
  expect(mounted.text()).to.contain('Tengist aftur')
  expect(loggedErrors).to.be.empty
})

describe('attributes written by templates', () => {
  const withAttributes = async (attributes: Record<string, string>) => {
    const backend = new FakeBackend()
    const clock = new ManualClock()
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, clock)
    const codes: string[] = []
    element.addEventListener('netgiro-error', ({ code }) => codes.push(code))
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    document.body.append(element)
    await settle()
    return { backend, clock, element, codes }
  }

  for (const whitespace of [' ', '\n    ', '\t\r\n', '\u00a0', '\ufeff']) {
    it(`trims attributes that ${JSON.stringify(whitespace)} surrounds`, async () => {
      const { backend, element } = await withAttributes({
        session: `${whitespace}cs_1${whitespace}`,
        server: `${whitespace}https://pay.example/${whitespace}`,
        phone: `${whitespace}822 3281${whitespace}`,
        locale: `${whitespace}pl${whitespace}`,
        layout: `${whitespace}dialog${whitespace}`,
      })
      expect(backend.requests[0]?.url.href).to.equal('https://pay.example/v1/session')
      expect(backend.requests[0]?.headers.get('authorization')).to.equal('Bearer cs_1')
      expect(element.renderRoot.querySelector('input')?.value).to.equal('822 3281')
      await import('../../widget/messages/pl.ts')
      await settle()
      expect(textOf(element.renderRoot.querySelector('h2')!)).to.equal('Zapłać przez Netgíró')
      expect(element.renderRoot.querySelector('dialog')).to.exist
      element.remove()
    })
  }

  it('follows a theme that white space surrounds', async () => {
    const { element } = await withAttributes({ theme: '\n dark\n ' })
    expect(getComputedStyle(element).colorScheme).to.equal('dark')
    element.remove()
  })

  for (const session of ['cs_a\ncs_b', 'cs_a b', 'cs_\u200b', 'cs_þ', 'cs_\0']) {
    it(`shows unknown_session when the session is ${JSON.stringify(session)}`, async () => {
      const { backend, element, codes } = await withAttributes({ session, locale: 'en' })
      expect(backend.requests.length).to.equal(0)
      expect(codes).to.deep.equal(['unknown_session'])
      expect(textOf(element.renderRoot.querySelector('[role=alert]')!)).to.contain('not found')
      element.remove()
    })
  }

  it('sends no request when the session is only white space', async () => {
    const { backend, codes, element } = await withAttributes({ session: ' \n ' })
    expect([backend.requests.length, codes.length]).to.deep.equal([0, 0])
    element.remove()
  })

  for (const attributes of [{}, { session: '' }, { session: ' \n ' }]) {
    it(`reports no_session once, and shows only the fallback, when ten seconds pass with ${JSON.stringify(attributes)}`, async () => {
      const { backend, codes, element, clock } = await withAttributes({ ...attributes })
      await clock.advance(9_900)
      expect(codes).to.be.empty
      await clock.advance(200)
      window.dispatchEvent(new Event('online'))
      await clock.advance(60_000)
      await explained()
      expect(codes).to.deep.equal(['no_session'])
      expect(loggedErrors).to.have.length(1)
      expect(loggedErrors[0]).to.contain('POST /v1/checkouts')
      expect([backend.requests.length, element.problem]).to.deep.equal([0, null])
      expect(textOf(element.renderRoot.querySelector('[role=alert]')!)).to.equal('')
      element.remove()
    })
  }

  it('reports nothing when the session comes before ten seconds have passed, or the element is gone', async () => {
    const late = await withAttributes({})
    await late.clock.advance(9_000)
    late.element.session = 'cs_1'
    const removed = await withAttributes({})
    removed.element.remove()
    for (const { clock } of [late, removed]) await clock.advance(60_000)
    expect([late.codes, removed.codes]).to.deep.equal([[], []])
    late.element.remove()
  })

  it('reports nothing for a point of sale that has no session between two sales', async () => {
    const { element, clock, events } = await mountElement('netgiro-pos')
    element.session = null
    await settle()
    await clock.advance(60_000)
    expect(events).to.not.contain('error')
  })
})

describe('the default server', () => {
  for (const [script, server] of [
    ['https://shop.is/pay/netgiro-checkout.js', 'https://shop.is/pay'],
    ['https://shop.is/pay/v1.4.2/netgiro-checkout.js', 'https://shop.is/pay'],
    ['https://shop.is/v2.0.0/netgiro-pos.iife.js', 'https://shop.is'],
    ['https://pay.shop.is/netgiro-checkout.iife.js?v=3#x', 'https://pay.shop.is'],
    ['https://shop.is/verslun/netgiro-checkout.js', 'https://shop.is/verslun'],
    ['https://shop.is/a/v2/netgiro-checkout.js', 'https://shop.is/a/v2'],
    ['https://shop.is/a/v2/v0.1.0-rc.1/netgiro-checkout.js', 'https://shop.is/a/v2'],
    ['https://shop.is:8443/a/b/avarda-checkout.js', 'https://shop.is:8443/a/b'],
    ['https://shop.is/assets/index-Bx3f.js', 'https://shop.is'],
    ['https://shop.is/assets/netgiro-checkout.3fa2c1.js', 'https://shop.is'],
    ['https://shop.is/index.js?of=/pay/netgiro-checkout.js', 'https://shop.is'],
    ['https://shop.is/netgiro-checkout.js/index.js', 'https://shop.is'],
    ['https://shop.is/pay/netgiro-checkout.json', 'https://shop.is'],
    ['https://a:b@shop.is/pay/netgiro-checkout.js', 'https://shop.is/pay'],
    ['file:///srv/node_modules/netgiro-checkout/dist/widget/index.js', ''],
    ['blob:https://shop.is/1c6e', ''],
    ['about:srcdoc', ''],
    [undefined, ''],
  ] as const) {
    it(`the default server is ${server || 'unknown'} when the script is ${script}`, () => {
      expect(serverFromScriptUrl(script)).to.equal(server)
    })
  }
})

describe('the outcome property', () => {
  for (const [status, outcome] of [
    ['paid', 'paid'],
    ['in review', 'review'],
    ['expired', 'expired'],
    ['declined', 'declined'],
    ['not sent', 'failed'],
    ['awaiting the shopper', null],
    ['open', null],
  ] as const) {
    it(`a late listener can read the outcome when the checkout is ${status}`, async () => {
      const { element } = await mount(states[status])
      let lateEvents = 0
      element.addEventListener('netgiro-status', () => lateEvents++)
      element.refresh()
      await settle()
      expect(element.outcome).to.equal(outcome)
      expect(element.snapshot?.status).to.equal(states[status]!.status)
      expect(lateEvents).to.equal(0)
    })
  }

  it('the outcome is set when its event is dispatched', async () => {
    const { element, backend } = await mountElement('netgiro-pos', states['awaiting the shopper'])
    const seen: unknown[] = []
    element.addEventListener('netgiro-paid', () => seen.push(element.outcome))
    backend.publish({ status: 'paid' })
    await settle()
    expect(seen).to.deep.equal(['paid'])
  })
})
