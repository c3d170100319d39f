import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { settle } from './support/clock.ts'
import { mount, textOf } from './support/mount.ts'
import { snapshot, states } from './support/snapshots.ts'

const waiting = states['awaiting the shopper']

it('renders one empty status region at first and keeps the same node', async () => {
  const { element, backend, find } = await mount(undefined, {
    prepare: (it) => void (it.overrides[''] = it.neverRespond),
  })
  const region = find('[role=status]')
  expect(textOf(region)).to.equal('')
  delete backend.overrides['']
  element.refresh()
  await settle()
  for (const status of ['starting', 'awaiting_shopper', 'confirming', 'paid'] as const) {
    backend.publish({ status })
    await settle()
    expect(find('[role=status]') === region).to.equal(true)
    // A heading that gets the focus is read for that reason.
    const isRead = element.shadowRoot?.activeElement === find('h2')
    expect(textOf(region)).to.contain(textOf(find(isRead ? 'h2 + p' : 'h2')))
  }
  expect(element.renderRoot.querySelectorAll('[role=status]')).to.have.length(1)
})

it('announces nothing when the page has just opened', async () => {
  const { find } = await mount()
  expect(textOf(find('[role=status]'))).to.equal('')
})

it('announces the seconds that another request has when it begins with less than a minute', async () => {
  const { backend, find, clock } = await mount(waiting)
  await clock.advance(130_000)
  backend.publish({ status: 'open', lastAttempt: { outcome: 'declined', reason: 'declined' } })
  await settle()
  backend.publish({ ...waiting, version: 9, expiresAt: '2026-11-20T12:02:52Z' })
  await settle()
  expect(textOf(find('[role=status]'))).to.contain('Gildir í 40 sekúndur.')
})

it('announces round seconds, which have the same plural in every language', async () => {
  for (const [seconds, announcement] of [
    [41, 'Gildir í 40 sekúndur.'],
    [1, 'Gildir í 5 sekúndur.'],
  ] as const) {
    const { backend, find } = await mount()
    const expiresAt = new Date(Date.parse(waiting!.serverTime) + seconds * 1_000).toISOString()
    backend.publish({ ...waiting, expiresAt })
    await settle()
    expect(textOf(find('[role=status]'))).to.include(announcement)
  }
})

it('announces advice, and the last 60 and 15 seconds, but no other seconds', async () => {
  const { find, clock } = await mount(waiting)
  const announcements = new Set<string>()
  for (let second = 0; second < 175; second++) {
    await clock.advance(1_000)
    announcements.add(textOf(find('[role=status]')))
  }
  expect([...announcements].slice(1)).to.deep.equal([
    'Engin tilkynning? Beiðnin er undir „Greiðslur á bið“ í appinu.',
    'Ekki með appið? Netgíró sendir SMS með hlekk.',
    'Kom engin beiðni? Sendu hana aftur eða breyttu númerinu.',
    'Gildir í 60 sekúndur.',
    'Gildir í 15 sekúndur. Beiðnin rennur út eftir smástund. Þú getur sent nýja.',
  ])
})

it('counts down by the server clock when the local clock differs', async () => {
  const { find, clock } = await mount({
    ...waiting,
    serverTime: '2031-01-01T00:00:00Z',
    expiresAt: '2031-01-01T00:02:41Z',
  })
  expect(textOf(find('[role=timer]'))).to.equal('Gildir í 2:41')
  await clock.advance(101_000)
  expect(textOf(find('[role=timer]'))).to.equal('Gildir í 1:00')
})

it('shows that it is checking, and no end, when the time is over', async () => {
  const { find, clock, element } = await mount(waiting)
  await clock.advance(200_000)
  expect(textOf(find('h2'))).to.equal('Við erum enn að athuga')
  expect(textOf(find('[role=status]'))).to.include('Við erum enn að athuga')
  expect(element.snapshot?.status).to.equal('awaiting_shopper')
})

it('shows more advice the longer a request waits', async () => {
  const { element, clock } = await mount(waiting)
  const help = (): number => element.renderRoot.querySelectorAll('[part=help]').length
  expect(help()).to.equal(0)
  await clock.advance(20_000)
  expect(help()).to.equal(1)
  await clock.advance(26_000)
  expect(help()).to.equal(2)
  await expect(element).to.be.accessible()
})

it('moves the focus to the heading when the focused view is replaced', async () => {
  const { element, backend, find, type, submit } = await mount()
  element.focus()
  type('8223281')
  await submit()
  backend.publish({ status: 'awaiting_shopper' })
  await settle()
  expect(element.shadowRoot?.activeElement === find('h2')).to.equal(true)
})

it('draws a focus ring around controls but not around the heading', async () => {
  const { element, backend, find, submit } = await mount()
  find('input').focus()
  await sendKeys({ type: '8223281' })
  expect(getComputedStyle(find('input')).outlineStyle).to.equal('solid')
  await submit()
  backend.publish({ status: 'awaiting_shopper' })
  await settle()
  expect(element.shadowRoot?.activeElement?.matches('h2:focus-visible')).to.equal(true)
  expect(getComputedStyle(find('h2')).outlineStyle).to.equal('none')
})

it('a change of the view does not take the focus from the page', async () => {
  const { element, backend } = await mount(waiting)
  const button = document.createElement('button')
  element.before(button)
  button.focus()
  backend.publish({ status: 'paid' })
  await settle()
  expect(document.activeElement === button).to.equal(true)
})

it('keeps the focus on a button while the seconds pass', async () => {
  const { element, clock, find } = await mount(waiting)
  find('[part=cancel]').focus()
  await clock.advance(5_000)
  expect(element.shadowRoot?.activeElement === find('[part=cancel]')).to.equal(true)
})

it('focuses the field, or the heading when there is no field', async () => {
  const open = await mount()
  open.element.focus()
  expect(open.element.shadowRoot?.activeElement === open.find('input')).to.equal(true)
  const paid = await mount(snapshot({ status: 'paid' }))
  paid.element.focus()
  expect(paid.element.shadowRoot?.activeElement === paid.find('h2')).to.equal(true)
})
