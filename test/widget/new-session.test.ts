import { expect } from '@open-wc/testing'
import { settle } from './support/clock.ts'
import { mount, mountElement } from './support/mount.ts'
import { formStates, posStates, snapshot, states } from './support/snapshots.ts'

/** The credentials that actions were sent with. */
const senders = (
  { backend }: Pick<Awaited<ReturnType<typeof mount>>, 'backend'>,
  action: string,
): (string | null)[] =>
  backend.requestsTo('POST', action).map(({ headers }) => headers.get('authorization'))

for (const [tag, { declined, paid }] of [
  ['netgiro-checkout', states],
  ['netgiro-pos', posStates],
  ['avarda-checkout', formStates],
] as const) {
  const start = (element: HTMLElementTagNameMap[typeof tag]): Promise<void> =>
    element.localName === 'avarda-checkout' ? element.start() : element.start('8223281')

  it(`<${tag}> starts what its session was just set to, and not the order before`, async () => {
    const mounted = await mountElement(tag, declined)
    mounted.element.session = 'cs_next'
    await start(mounted.element)
    await settle()
    expect(senders(mounted, '/start')).to.deep.equal(['Bearer cs_next'])
  })

  it(`<${tag}> starts with a session that was just set, where there was none or the order was paid`, async () => {
    for (const before of ['cs_paid', null]) {
      const mounted = await mountElement(tag, paid)
      mounted.element.session = before
      await settle()
      mounted.backend.snapshot = { ...mounted.backend.snapshot, status: 'open' }
      mounted.element.session = 'cs_next'
      await start(mounted.element)
      await settle()
      expect(senders(mounted, '/start'), String(before)).to.deep.equal(['Bearer cs_next'])
    }
  })

  it(`<${tag}> cancels nothing of the order before its session was set`, async () => {
    const mounted = await mountElement(tag, { status: 'awaiting_shopper' })
    mounted.element.session = 'cs_next'
    await mounted.element.cancel()
    expect(senders(mounted, '/cancel')).to.be.empty
  })
}

it('the element has no end of the order before once another session is set', async () => {
  const { element, backend } = await mount(states['paid'])
  expect(element.outcome).to.equal('paid')
  backend.snapshot = snapshot({ reference: 'WEB-2' })
  element.session = 'cs_next'
  let isFinished = false
  void element.finished.then(() => (isFinished = true))
  await settle()
  expect(isFinished).to.equal(false)
})

it('<netgiro-pos> sends nothing to a sale that was typed for the one before', async () => {
  const declined = await mountElement('netgiro-pos', posStates['declined'])
  declined.type('822 3281')
  declined.element.session = 'cs_next'
  await declined.element.start()
  expect(senders(declined, '/start')).to.be.empty
  const awaiting = await mountElement('netgiro-pos', posStates['awaiting a code'])
  awaiting.type('1234')
  awaiting.element.session = 'cs_next'
  await awaiting.element.giveCode()
  expect(senders(awaiting, '/code')).to.be.empty
})

it('shows and sends the number that a page starts a new session with', async () => {
  const mounted = await mount()
  mounted.type('6123456')
  mounted.element.session = 'cs_next'
  await mounted.element.start('8223281')
  const bodies = mounted.backend.requestsTo('POST', '/start').map(({ body }) => body)
  expect(bodies).to.deep.equal([{ phone: '8223281' }])
  expect(mounted.find<HTMLInputElement>('[part=input]').value).to.equal('822 3281')
})

it('starts with the session that a listener of netgiro-before-start sets', async () => {
  const mounted = await mount()
  const renew = (): void => void (mounted.element.session = 'cs_fresh')
  mounted.element.addEventListener('netgiro-before-start', renew, { once: true })
  mounted.type('8223281')
  await mounted.submit()
  expect(senders(mounted, '/start')).to.deep.equal(['Bearer cs_fresh'])
})

it('starts once when a page starts as soon as it hears of the snapshot that it has given', async () => {
  const mounted = await mount(undefined, { given: true })
  const { element } = mounted
  element.remove()
  const given = document.createElement('netgiro-checkout')
  given.platform = element.platform
  for (const { name, value } of element.attributes) given.setAttribute(name, value)
  given.addEventListener('netgiro-status', () => void given.start('8223281'), { once: true })
  document.body.append(given)
  await settle()
  given.remove()
  expect(senders(mounted, '/start')).to.deep.equal(['Bearer cs_secret'])
})

it('shows nothing that the page has told of the order before', async () => {
  const mounted = await mount(undefined, {
    prepare({ overrides, neverRespond }) {
      overrides[''] = overrides['/start'] = neverRespond
    },
  })
  const { element } = mounted
  element.remove()
  const given = document.createElement('netgiro-checkout')
  given.platform = element.platform
  for (const { name, value } of element.attributes) given.setAttribute(name, value)
  given.snapshot = states['open']
  const goOn = (): void => {
    given.session = 'cs_next'
    void given.start('8223281')
  }
  given.addEventListener('netgiro-status', goOn, { once: true })
  document.body.append(given)
  await settle()
  expect(given.snapshot).to.equal(null)
  given.remove()
})

it('sends nothing while it is not in the page, and starts nothing when it comes back', async () => {
  const mounted = await mount()
  const { element } = mounted
  const parent = element.parentElement
  element.remove()
  element.session = 'cs_next'
  await element.cancel()
  parent?.append(element)
  await settle()
  expect([...senders(mounted, '/start'), ...senders(mounted, '/cancel')]).to.be.empty
})
