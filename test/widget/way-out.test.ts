import { expect } from '@open-wc/testing'
import { settle } from './support/clock.ts'
import { mount, mountElement, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const alert = ({ find }: Mounted): string => textOf(find('[role=alert]'))

it('shows other ways to pay beside the form and after every end without a payment, and nowhere else', async () => {
  const withOther: string[] = []
  for (const [name, state] of Object.entries(states)) {
    const { element } = await mount(state)
    element.innerHTML = '<a slot="other" href="#">By card</a>'
    if (element.querySelector('a')!.checkVisibility()) withOther.push(name)
  }
  // In all others a payment exists, or may still come to exist.
  expect(withOther).to.deep.equal([
    ...['open', 'canceled', 'expired', 'declined', 'canceled by the shopper'],
    ...['canceled by the shop', 'ended by the provider', 'unanswered', 'of unknown outcome'],
    ...['not sent', 'too low', 'without provider'],
  ])
})

for (const [tag, words] of [
  ['netgiro-checkout', 'Upphæðin er of lág fyrir Netgíró.'],
  ['netgiro-pos', 'Upphæðin er of lág fyrir Netgíró.'],
  ['avarda-checkout', 'Upphæðin er of lág fyrir þennan greiðslumáta.'],
] as const)
  it(`<${tag}> does not offer the form again when the amount is too low`, async () => {
    const { element, text } = await mountElement(tag, states['too low'])
    expect(element.renderRoot.querySelectorAll('form, [part=button]')).to.have.length(0)
    expect(text()).to.contain(words)
  })

for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout'] as const)
  it(`<${tag}> does not say that a request is being sent while the answer to a cancellation is still out`, async () => {
    const { element, backend, find } = await mountElement(tag, states['awaiting the shopper'], {
      locale: 'en',
    })
    backend.overrides['/cancel'] = () => new Promise(() => {})
    void element.cancel()
    backend.publish(states['canceled by the shopper'] ?? {})
    await settle()
    expect(textOf(find('[part~=button]')))
      .to.match(/send|try again/i)
      .and.to.not.contain('…')
  })

it('removes the problem of the connection some seconds after the connection is back', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  mounted.backend.overrides['/cancel'] = mounted.backend.unreachable
  mounted.find('[part=cancel]').click()
  await settle()
  expect(alert(mounted)).to.equal(
    'Ekki tókst að hætta við. Samband rofnaði. Reyndu aftur eftir smástund.',
  )
  await mounted.clock.advance(5_000)
  expect(alert(mounted)).to.not.equal('')
  await mounted.clock.advance(2_000)
  expect(alert(mounted)).to.equal('')
})

it('removes “try again in …” when that time is over', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = () =>
    new Response('{"code":"too_many_requests"}', { status: 429, headers: { 'retry-after': '60' } })
  mounted.type('8223281')
  await mounted.submit()
  await mounted.clock.advance(59_000)
  expect(alert(mounted)).to.contain('eftir 1 mínútu')
  await mounted.clock.advance(1_000)
  expect(alert(mounted)).to.equal('')
})

it('keeps a problem that replaced the one that was to be removed', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.unreachable
  mounted.type('8223281')
  await mounted.submit()
  await mounted.clock.advance(3_000)
  mounted.backend.overrides['/start'] = mounted.backend.problem('provider_unavailable', 503)
  await mounted.submit()
  await mounted.clock.advance(10_000)
  expect(alert(mounted)).to.contain('Ekki náðist í Netgíró')
})

it('the element does not say that canceling failed when the session has ended since', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  mounted.backend.overrides['/cancel'] = mounted.backend.problem('internal_error', 500)
  mounted.find('[part=cancel]').click()
  await settle()
  expect(alert(mounted)).to.contain('Ekki tókst að hætta við.')
  mounted.backend.overrides[''] = mounted.backend.problem('unknown_session', 401)
  mounted.element.refresh()
  await mounted.clock.advance(2_000)
  expect(alert(mounted)).to.match(/^Þessi greiðsla fannst ekki/)
})

it('removes the problem when another number is typed', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.problem('phone_busy', 409)
  mounted.type('8223281')
  await mounted.submit()
  expect(alert(mounted)).to.contain('Önnur greiðslubeiðni bíður')
  mounted.type('6123456')
  await settle()
  expect(alert(mounted)).to.equal('')
})
