import { expect } from '@open-wc/testing'
import { locales as formLocales } from '../../widget/avarda/messages/index.ts'
import { complete } from '../../widget/details/index.ts'
import { NetgiroCheckout } from '../../widget/index.ts'
import { locales } from '../../widget/messages/index.ts'
import { pl } from '../../widget/messages/pl.ts'
import { locales as posLocales } from '../../widget/pos/messages/index.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { CommonMessages } from '../../widget/messages/messages.ts'
import { FakeBackend, json } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { fakePlatform, mount, mountElement, textOf, type Mounted } from './support/mount.ts'
import { expectNoProgramValues } from './support/program-values.ts'
import { formStates, snapshot, states, posStates } from './support/snapshots.ts'

const elements = {
  'netgiro-checkout': [locales, states],
  'netgiro-pos': [posLocales, posStates],
  'avarda-checkout': [formLocales, formStates],
} as const
type Tag = keyof typeof elements

for (const [tag, [languages, all]] of Object.entries(elements) as [
  Tag,
  readonly [object, Readonly<Record<string, Snapshot>>],
][]) {
  for (const locale of Object.keys(languages)) {
    it(`<${tag}> shows no program values in any state in ${locale}`, async () => {
      for (const [name, state] of Object.entries(all)) {
        const mounted = await mountElement(tag, state, { locale })
        expectNoProgramValues(mounted.element.renderRoot, name)
        await mounted.clock.advance(50_000)
        expectNoProgramValues(mounted.element.renderRoot, `${name}, for a while`)
        mounted.backend.overrides[''] = mounted.backend.neverRespond
        mounted.backend.overrides['/events'] = mounted.backend.neverRespond
        mounted.element.refresh()
        await mounted.clock.advance(4_000)
        expectNoProgramValues(mounted.element.renderRoot, `${name}, reconnecting`)
        mounted.element.remove()
      }
    })

    it(`<${tag}> shows no program values while it starts, cancels and connects in ${locale}`, async () => {
      const starting = await mountElement(tag, undefined, {
        locale,
        prepare: (backend) => void (backend.overrides['/start'] = backend.neverRespond),
      })
      void starting.element.start('8223281')
      await settle()
      expectNoProgramValues(starting.element.renderRoot, 'starting')
      starting.backend.publish({ status: 'starting' })
      await settle()
      expectNoProgramValues(starting.element.renderRoot, 'starting, as the backend says')
      starting.element.remove()

      const canceling = await mountElement(tag, all['awaiting the shopper'] ?? all['uncertain'], {
        locale,
        prepare: (backend) => void (backend.overrides['/cancel'] = backend.neverRespond),
      })
      void canceling.element.cancel()
      await settle()
      expectNoProgramValues(canceling.element.renderRoot, 'canceling')
      canceling.element.remove()

      const connecting = await mountElement(tag, undefined, {
        locale,
        prepare: (backend) => void (backend.overrides[''] = backend.neverRespond),
      })
      for (const wait of [0, 4_000, 10_000]) {
        await connecting.clock.advance(wait)
        expectNoProgramValues(connecting.element.renderRoot, `connecting for ${wait} ms`)
      }
      connecting.element.remove()
    })
  }
}

it('every error code has a text in every language', () => {
  for (const languages of [locales, posLocales, formLocales]) {
    const [first, ...others] = Object.values<CommonMessages>(languages)
    for (const messages of others) {
      expect(Object.keys(messages.errors).sort()).to.deep.equal(Object.keys(first!.errors).sort())
    }
  }
})

const attemptText = async (reason: string, locale: string, tag: Tag = 'netgiro-checkout') => {
  const lastAttempt = { outcome: 'canceled', reason } as Snapshot['lastAttempt']
  const { find } = await mountElement(tag, { lastAttempt }, { locale })
  return textOf(find('[part=text]'))
}

it('says that the shop canceled when it was not the shopper', async () => {
  expect(await attemptText('canceled_by_shop', 'is')).to.equal('Verslunin hætti við greiðsluna.')
  expect(await attemptText('canceled_by_shop', 'en')).to.equal('The shop canceled the payment.')
  expect(await attemptText('canceled_by_shopper', 'en')).to.equal('Nothing was paid.')
})

it('says that it was the shop which closed a checkout while a request was waiting', async () => {
  const lastAttempt = { outcome: 'canceled', reason: 'canceled_by_shop' } as const
  for (const tag of Object.keys(elements) as Tag[]) {
    const { find } = await mountElement(tag, { status: 'canceled', lastAttempt }, { locale: 'en' })
    expect(textOf(find('h2')), tag).to.equal('Payment canceled')
    expect(textOf(find('[part=text]')), tag).to.equal(
      'The shop canceled the payment. You can no longer pay here.',
    )
  }
})

it('the element does not say who ended a request when the provider does not', async () => {
  expect(await attemptText('ended_by_provider', 'is')).to.contain('Beiðninni lauk án greiðslu.')
  expect(await attemptText('ended_by_provider', 'en')).to.contain(
    'The request ended without a payment.',
  )
  expect(await attemptText('ended_by_provider', 'en', 'netgiro-pos')).to.contain(
    'ended without a payment',
  )
})

it('says what to do next when a payment was declined', async () => {
  expect(await attemptText('declined', 'is')).to.contain('greitt með öðrum hætti')
  expect(await attemptText('declined', 'en')).to.contain('try again or pay another way')
})

it('shows the reference to quote when a payment is in review', async () => {
  for (const tag of Object.keys(elements) as Tag[]) {
    const { find } = await mountElement(tag, { status: 'review', reference: 'WEB-77' })
    expect(textOf(find('[part=text]')), tag).to.contain('WEB-77')
  }
})

it('says that the page may be closed only while the payment continues without it', async () => {
  for (const [name, state] of Object.entries(states)) {
    const { text, element } = await mount(state)
    const goesOn = /^(awaiting|confirming)/.test(state.status) && !state.cancelRequested
    expect(text().includes('Þú mátt loka síðunni'), name).to.equal(goesOn)
    element.remove()
  }
})

it('says that it was too late to cancel when the payment went through', async () => {
  const { backend, find } = await mount(states['awaiting the shopper'])
  backend.overrides['/cancel'] = () => {
    backend.publish({ status: 'paid' })
    return json(backend.snapshot)
  }
  find('[part=cancel]').click()
  await settle()
  expect(textOf(find('[part=text]'))).to.equal('Of seint að hætta við: greiðslan tókst.')
})

it('the element does not say that it was too late for a cancellation that could not be sent', async () => {
  const { backend, find } = await mount(states['awaiting the shopper'])
  backend.overrides['/cancel'] = backend.unreachable
  find('[part=cancel]').click()
  await settle()
  expect(textOf(find('[role=alert]'))).to.contain('Ekki tókst að hætta við.')
  backend.publish({ status: 'paid' })
  await settle()
  expect(textOf(find('[part=text]'))).to.equal('Takk fyrir.')
})

it('the element does not mention an earlier cancellation when another attempt is paid', async () => {
  // Another window may have missed how the first one ended.
  for (const missed of [0, 2]) {
    const { backend, find } = await mount(states['canceling'])
    const next = ['open', 'starting', 'awaiting_shopper', 'paid'] as const
    for (const status of next.slice(missed)) {
      backend.publish({ status, cancelRequested: false })
      await settle()
    }
    expect(textOf(find('[part=text]'))).to.equal('Takk fyrir.')
  }
})

it('shows the merchant in larger letters than the details', async () => {
  const { find } = await mount()
  expect(textOf(find('[part=payee]'))).to.equal('Ullarbúðin biður um')
  const size = (part: string): number =>
    parseFloat(getComputedStyle(find(`[part=${part}]`)).fontSize)
  expect(size('merchant')).to.be.above(size('details'))
  const paid = await mount(states['paid'])
  expect(textOf(paid.find('[part=payee]'))).to.equal('Ullarbúðin')
})

describe('a start that is refused', () => {
  const refused = async (body: object, headers: Record<string, string> = {}, locale = 'en') => {
    const mounted = await mount(undefined, { locale })
    mounted.backend.overrides['/start'] = () =>
      new Response(JSON.stringify(body), { status: 429, headers })
    mounted.type('8223281')
    await mounted.submit()
    return mounted
  }
  const alert = ({ find }: Mounted): string => textOf(find('[role=alert]'))

  for (const [seconds, expected] of [
    ['59', 'Too many attempts. Try again in 1 minute.'],
    ['130', 'Too many attempts. Try again in 3 minutes.'],
    ['86400', 'Too many attempts. Pay another way.'],
    ['soon', 'Too many attempts. Pay another way.'],
  ] as const) {
    it(`says what to do when a start is refused with Retry-After ${seconds}`, async () => {
      const headers = { 'retry-after': seconds }
      expect(alert(await refused({ code: 'too_many_requests' }, headers))).to.equal(expected)
    })
  }

  it('inflects the minutes to wait in Icelandic', async () => {
    const inMinutes = async (minutes: number): Promise<string> => {
      const headers = { 'retry-after': String(minutes * 60) }
      return alert(await refused({ code: 'too_many_requests' }, headers, 'is'))
    }
    expect(await inMinutes(1)).to.contain('eftir 1 mínútu.')
    expect(await inMinutes(11)).to.contain('eftir 11 mínútur.')
    expect(await inMinutes(21)).to.contain('eftir 21 mínútu.')
  })

  it('says that too little time is left when the code is too_little_time', async () => {
    expect(alert(await refused({ code: 'too_little_time' }))).to.contain('Too little time is left')
  })

  it('says that another request is waiting, without a replace button when it cannot be replaced', async () => {
    const mounted = await refused({ code: 'phone_busy' })
    expect(alert(mounted)).to.contain('Another payment request is waiting on this phone')
    expect(mounted.element.renderRoot.querySelector('[part=replace]')).to.equal(null)
  })

  for (const tag of ['netgiro-checkout', 'netgiro-pos'] as const) {
    it(`replaces another request in one press when the backend allows it, in <${tag}>`, async () => {
      const { backend, element, find } = await mountElement(tag, undefined, { locale: 'en' })
      backend.overrides['/start'] = () => json({ code: 'phone_busy', canCancelWaiting: true }, 409)
      await element.start('8223281')
      await settle()
      expect(textOf(find('[part=replace]'))).to.equal('Cancel that request and send a new one')
      await expect(element).to.be.accessible()
      find('[part=replace]').click()
      await settle()
      expect(backend.requestsTo('POST', '/start').map(({ body }) => body)).to.deep.equal([
        { phone: '8223281' },
        { phone: '8223281', cancelWaiting: true },
      ])
    })
  }

  it('removes the replace button when another number is typed', async () => {
    const mounted = await refused({ code: 'phone_busy', canCancelWaiting: true })
    mounted.type('6123456')
    await settle()
    expect(mounted.element.renderRoot.querySelector('[part=replace]')).to.equal(null)
  })

  for (const [locale, expected] of [
    ['is', 'Reyndu aftur eftir smástund.'],
    ['en', 'Try again shortly.'],
  ] as const) {
    it(`asks to try again, without naming an error, when the backend is busy or restarts, in ${locale}`, async () => {
      for (const code of ['temporarily_unavailable', 'shutting_down'])
        expect(alert(await refused({ code }, { 'retry-after': '5' }, locale))).to.equal(expected)
    })
  }

  it('mentions the customer at a point of sale', async () => {
    const { backend, element, find } = await mountElement('netgiro-pos', snapshot(), {
      locale: 'en',
    })
    backend.overrides['/start'] = backend.problem('phone_busy', 409)
    await element.start('8223281')
    await settle()
    expect(textOf(find('[role=alert]'))).to.contain('customer’s phone')
  })
})

describe('Polish', () => {
  it('Polish has every text that the other languages have', () => {
    const { is } = complete(locales)
    expect(Object.keys(pl).sort()).to.deep.equal(Object.keys(is).sort())
    expect(Object.keys(pl.errors).sort()).to.deep.equal(Object.keys(is.errors).sort())
  })

  it('shows no program values in any state', async () => {
    for (const [name, state] of Object.entries(states)) {
      const mounted = await mount(state, { locale: 'pl' })
      expectNoProgramValues(mounted.element.renderRoot, name)
      expect(mounted.find('[part=card]').lang).to.equal('pl')
      await mounted.clock.advance(80_000)
      expectNoProgramValues(mounted.element.renderRoot, `${name}, for a while`)
      mounted.element.remove()
    }
  })

  it('Polish is shown on a Polish page, with its own amounts, advice and signs', async () => {
    const mounted = await mount(states['awaiting the shopper'], { locale: 'pl' })
    expect(textOf(mounted.find('[part=amount]'))).to.equal('12 990 ISK')
    expect(textOf(mounted.find('[part=change]'))).to.equal('Zmień numer')
    mounted.backend.publish({ status: 'open', lastAttempt: states['declined']!.lastAttempt })
    await settle()
    expect(mounted.text()).to.contain('Płatność odrzucona Nic nie zapłacono.')
    expect(textOf(mounted.find('form button'))).to.equal('Wyślij ponownie')
    await expect(mounted.element).to.be.accessible()
  })

  for (const [minutes, words] of [
    [1, '1 minutę.'],
    [3, '3 minuty.'],
    [5, '5 minut.'],
    [13, '13 minut.'],
    [24, '24 minuty.'],
  ] as const) {
    it(`inflects ${minutes} minutes`, () => {
      expect(pl.tryAgainIn?.(minutes)).to.match(new RegExp(`za ${words}$`))
    })
  }

  it('Polish is replaced by English if it cannot be loaded', async () => {
    class WithoutPolish extends NetgiroCheckout {
      override platform = fakePlatform(new FakeBackend(), new ManualClock())
      override importOnce<T>(file: string, load: () => Promise<T>, use: (file: T) => void): void {
        const fail = () => Promise.reject(new TypeError('Failed to fetch'))
        super.importOnce(file, file === 'pl' ? fail : load, use)
      }
    }
    if (!customElements.get('without-polish')) {
      customElements.define('without-polish', WithoutPolish)
    }
    const element = new WithoutPolish()
    Object.assign(element, { session: 'cs', locale: 'pl' })
    document.body.append(element)
    await settle()
    expect(textOf(element.renderRoot.querySelector('h2')!)).to.equal('Pay with Netgíró')
    element.remove()
  })
})
