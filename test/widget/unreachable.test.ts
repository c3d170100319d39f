import { expect } from '@open-wc/testing'
import type { NetgiroErrorEvent } from '../../widget/index.ts'
import { serverFromScriptUrl } from '../../widget/default-server.ts'
import { Backend } from './support/backend.ts'
import { Clock, settle } from './support/clock.ts'
import { mount, mountElement, fakePlatform, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const { error: say } = console
let said: string[] = []
beforeEach(() => {
  said = []
  console.error = (...words: unknown[]) => void said.push(words.join(' '))
})
afterEach(() => {
  console.error = say
})

const alert = ({ find }: Mounted): string => textOf(find('[role=alert]'))
const fallback = ({ find }: Mounted): Element[] =>
  find<HTMLSlotElement>('slot:not([name])').assignedElements()
const retry = ({ element }: Mounted) =>
  element.renderRoot.querySelector<HTMLButtonElement>('[part=retry]')

for (const [name, answer] of Object.entries({
  'refuses this page’s origin': (backend: Backend) => backend.unreachable,
  'is another server, which knows no such address': () => () =>
    new Response('Not found', { status: 404 }),
  'knows no such address': (backend: Backend) => backend.problem('not_found', 404),
  'never answers': (backend: Backend) => backend.hang,
})) {
  describe(`a backend that ${name}`, () => {
    const open = (): Promise<Mounted> =>
      mount(undefined, {
        locale: 'en',
        prepare: (backend) => void (backend.instead[''] = answer(backend)),
      })

    it('is a problem in plain sight after ten seconds, with the fallback and another try', async () => {
      const mounted = await open()
      await mounted.clock.turn(9_000)
      expect(mounted.text()).to.contain('Connecting…')
      await mounted.clock.turn(2_000)
      expect(alert(mounted)).to.equal('The payment server could not be reached.')
      expect(mounted.text()).to.not.contain('onnecting…')
      expect(fallback(mounted)).to.have.length(1)
      expect(textOf(retry(mounted)!)).to.equal('Try again')
      await expect(mounted.element).to.be.accessible()
    })

    it('is told to the page once, and to the developer with what to look at', async () => {
      const mounted = await open()
      const codes: string[] = []
      mounted.element.addEventListener('netgiro-error', ({ code }: NetgiroErrorEvent) =>
        codes.push(code),
      )
      await mounted.clock.turn(30_000)
      retry(mounted)!.click()
      await mounted.clock.turn(30_000)
      expect(codes).to.deep.equal(['unreachable'])
      expect(mounted.element.problem).to.equal('unreachable')
      expect(said).to.have.length(1)
      for (const word of ['https://pay.example', location.origin, 'ALLOWED_ORIGINS']) {
        expect(said[0]).to.contain(word)
      }
      expect(said[0]).to.not.contain('cs_secret')
    })

    it('is asked at once when the shopper says so, and is shown when it answers', async () => {
      const mounted = await open()
      await mounted.clock.turn(11_000)
      const before = mounted.backend.calls.length
      retry(mounted)!.click()
      await settle()
      expect(mounted.backend.calls.length).to.be.above(before)
      expect(alert(mounted)).to.equal('')
      await mounted.clock.turn(11_000)
      expect(retry(mounted)).to.exist
      delete mounted.backend.instead['']
      retry(mounted)!.click()
      await settle()
      expect(textOf(mounted.find('h2'))).to.equal('Pay with Netgíró')
      expect(mounted.element.problem).to.equal(null)
    })
  })
}

it('recovers by itself when a backend that was out of reach answers', async () => {
  const { element, backend, clock } = await mount(undefined, {
    prepare: (it) => void (it.instead[''] = it.unreachable),
  })
  await clock.turn(20_000)
  delete backend.instead['']
  await clock.turn(15_000)
  expect(element.snapshot?.status).to.equal('open')
  expect(element.problem).to.equal(null)
})

it('never says that a backend which has answered before is out of reach: it reconnects', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  mounted.backend.instead[''] = mounted.backend.unreachable
  mounted.backend.instead['/events'] = mounted.backend.unreachable
  mounted.backend.stream.drop()
  await mounted.clock.turn(120_000)
  expect(alert(mounted)).to.equal('')
  expect(mounted.text()).to.contain('Tengist aftur')
  expect(said).to.be.empty
})

describe('attributes as templates write them', () => {
  const withAttributes = async (attributes: Record<string, string>) => {
    const backend = new Backend()
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, new Clock())
    const codes: string[] = []
    element.addEventListener('netgiro-error', ({ code }) => codes.push(code))
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    document.body.append(element)
    await settle()
    return { backend, element, codes }
  }

  for (const around of [' ', '\n    ', '\t\r\n', '\u00a0', '\ufeff']) {
    it(`are read without ${JSON.stringify(around)} around them`, async () => {
      const { backend, element } = await withAttributes({
        session: `${around}cs_1${around}`,
        server: `${around}https://pay.example/${around}`,
        phone: `${around}822 3281${around}`,
      })
      expect(backend.calls[0]?.url.href).to.equal('https://pay.example/v1/session')
      expect(backend.calls[0]?.headers.get('authorization')).to.equal('Bearer cs_1')
      expect(element.renderRoot.querySelector('input')?.value).to.equal('822 3281')
      element.remove()
    })
  }

  for (const session of ['cs_a\ncs_b', 'cs_a b', 'cs_\u200b', 'cs_þ', 'cs_\0']) {
    it(`are a problem in plain sight where ${JSON.stringify(session)} is no session`, async () => {
      const { backend, element, codes } = await withAttributes({ session, locale: 'en' })
      expect(backend.calls.length).to.equal(0)
      expect(codes).to.deep.equal(['unknown_session'])
      expect(textOf(element.renderRoot.querySelector('[role=alert]')!)).to.contain('not found')
      element.remove()
    })
  }

  it('are no session where there is nothing but white space', async () => {
    const { backend, codes, element } = await withAttributes({ session: ' \n ' })
    expect([backend.calls.length, codes.length]).to.deep.equal([0, 0])
    element.remove()
  })
})

describe('the address of the backend', () => {
  for (const [script, server] of [
    ['https://shop.is/pay/netgiro-checkout.js', 'https://shop.is/pay'],
    ['https://shop.is/pay/v1.4.2/netgiro-checkout.js', 'https://shop.is/pay'],
    ['https://shop.is/v2.0.0/netgiro-pos.iife.js', 'https://shop.is'],
    ['https://pay.shop.is/netgiro-checkout.iife.js?v=3#x', 'https://pay.shop.is'],
    ['https://shop.is:8443/a/b/avarda-checkout.js', 'https://shop.is:8443/a/b'],
    ['https://shop.is/assets/index-Bx3f.js', 'https://shop.is'],
    ['file:///srv/node_modules/netgiro-checkout/dist/widget/index.js', ''],
    ['blob:https://shop.is/1c6e', ''],
    ['about:srcdoc', ''],
    [undefined, ''],
  ] as const) {
    it(`is ${server || 'not known'} for a script of ${script}`, () => {
      expect(serverFromScriptUrl(script)).to.equal(server)
    })
  }
})

describe('an outcome', () => {
  for (const [status, outcome] of [
    ['paid', 'paid'],
    ['in review', 'review'],
    ['expired', 'expired'],
    ['declined', 'declined'],
    ['not sent', 'failed'],
    ['awaiting the shopper', null],
    ['open', null],
  ] as const) {
    it(`can be read by a listener that comes too late, when the checkout is ${status}`, async () => {
      const { element } = await mount(states[status])
      let late = 0
      element.addEventListener('netgiro-status', () => late++)
      element.refresh()
      await settle()
      expect(element.outcome).to.equal(outcome)
      expect(element.snapshot?.status).to.equal(states[status]!.status)
      expect(late).to.equal(0)
    })
  }

  it('is already there when its event is heard', async () => {
    const { element, backend } = await mountElement('netgiro-pos', states['awaiting the shopper'])
    const seen: unknown[] = []
    element.addEventListener('netgiro-paid', () => seen.push(element.outcome))
    backend.tell({ status: 'paid' })
    await settle()
    expect(seen).to.deep.equal(['paid'])
  })
})
