import { expect } from '@open-wc/testing'
import { settle } from './support/clock.ts'
import { mount, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const canceled = {
  status: 'open',
  lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shopper' },
} as const

const starts = ({ backend }: Mounted): unknown[] =>
  backend.requestsTo('POST', '/start').map(({ body }) => body)
const cancels = ({ backend }: Mounted): number => backend.requestsTo('POST', '/cancel').length

/** A request to 8223281 that has been waiting for 80 seconds. */
async function waitingFor80Seconds(): Promise<Mounted> {
  const mounted = await mount()
  mounted.type('8223281')
  await mounted.submit()
  mounted.backend.publish({ status: 'awaiting_shopper', phone: '•••3281' })
  await mounted.clock.advance(80_000)
  confirmCancellation(mounted)
  return mounted
}

function confirmCancellation({ backend }: Mounted): void {
  backend.overrides['/cancel'] = () => {
    backend.publish({ cancelRequested: true })
    return Response.json(backend.currentSnapshot)
  }
}

it('sends a request again only when the canceled one is known to be over', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.find('[part=resend]').click()
  await settle()
  expect([cancels(mounted), starts(mounted).length]).to.deep.equal([1, 1])
  expect(textOf(mounted.find('h2'))).to.equal('Hætti við…')
  mounted.backend.publish({ ...canceled, cancelRequested: false, uncertain: true })
  await settle()
  expect(starts(mounted)).to.have.length(1)
  mounted.backend.publish({ uncertain: false })
  await settle()
  expect(starts(mounted)).to.deep.equal([{ phone: '8223281' }, { phone: '8223281' }])
  mounted.backend.publish({ ...canceled })
  await settle()
  expect(starts(mounted)).to.have.length(2)
})

it('asks the page again before it sends a request again', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.element.addEventListener('netgiro-before-start', (event) => event.preventDefault())
  mounted.find('[part=resend]').click()
  await settle()
  mounted.backend.publish({ ...canceled, cancelRequested: false })
  await settle()
  expect(starts(mounted)).to.have.length(1)
})

for (const [name, end, title] of [
  ['was approved in time', { status: 'paid' }, 'Greiðsla tókst'],
  [
    'was declined meanwhile',
    { status: 'open', lastAttempt: { outcome: 'declined', reason: 'declined' } },
    'Greiðslu hafnað',
  ],
] as const) {
  it(`sends no other request when the one that was to be canceled ${name}`, async () => {
    const mounted = await waitingFor80Seconds()
    mounted.find('[part=resend]').click()
    await settle()
    mounted.backend.publish({ ...end, cancelRequested: false })
    await settle()
    expect(starts(mounted)).to.have.length(1)
    expect(textOf(mounted.find('h2'))).to.equal(title)
  })
}

it('sends no request to another number than the one that was canceled', async () => {
  const mounted = await mount({ ...states['awaiting the shopper'], phone: '•••1234' })
  mounted.element.phone = '8223281'
  await mounted.clock.advance(80_000)
  confirmCancellation(mounted)
  mounted.find('[part=resend]').click()
  await settle()
  mounted.backend.publish({ ...canceled, cancelRequested: false })
  await settle()
  expect(starts(mounted)).to.be.empty
  expect(mounted.element.shadowRoot?.activeElement === mounted.find('input')).to.equal(true)
})

it('sends no third request when another window has sent the second one, and canceled that', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.find('[part=resend]').click()
  await settle()
  mounted.backend.publish({ cancelRequested: false })
  await settle()
  mounted.backend.publish({ ...canceled })
  await settle()
  expect(starts(mounted)).to.have.length(1)
})

it('sends no request when the page was frozen for longer than anybody waits', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.find('[part=resend]').click()
  await settle()
  mounted.clock.time += 61_000
  mounted.backend.publish({ ...canceled, cancelRequested: false })
  await settle()
  expect(starts(mounted)).to.have.length(1)
  expect(textOf(mounted.find('h2'))).to.equal('Hætt við greiðslu')
})

it('says that it was too late to cancel when the request was approved in time', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.find('[part=change]').click()
  await settle()
  mounted.backend.publish({ status: 'paid', cancelRequested: false })
  await settle()
  expect(mounted.text()).to.contain('Of seint að hætta við: greiðslan tókst.')
})

it('returns to the number, with the focus on it, when the number is to be changed', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.find('[part=change]').click()
  await settle()
  mounted.backend.publish({ ...canceled, cancelRequested: false })
  await settle()
  const field = mounted.find<HTMLInputElement>('input')
  expect(field.value).to.equal('8223281')
  expect(mounted.element.shadowRoot?.activeElement === field).to.equal(true)
  expect(starts(mounted)).to.have.length(1)
})

it('says that canceling failed, and sends nothing later, when the cancellation could not be sent', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.backend.overrides['/cancel'] = mounted.backend.unreachable
  mounted.find('[part=resend]').click()
  await settle()
  expect(textOf(mounted.find('[role=alert]'))).to.contain('Ekki tókst að hætta við.')
  mounted.backend.publish({ ...canceled })
  await settle()
  expect(starts(mounted)).to.have.length(1)
})

it('forgets that a request was to be sent again when the session changes', async () => {
  const mounted = await waitingFor80Seconds()
  mounted.find('[part=resend]').click()
  await settle()
  mounted.backend.snapshot = { ...mounted.backend.snapshot, ...canceled, reference: 'WEB-2' }
  mounted.backend.snapshot = { ...mounted.backend.snapshot, cancelRequested: false }
  mounted.element.session = 'cs_other'
  await settle()
  expect(mounted.element.snapshot?.reference).to.equal('WEB-2')
  expect(starts(mounted)).to.have.length(1)
})

it('labels the button of the form “Send again” after an attempt', async () => {
  const { find } = await mount(states['declined'])
  expect(textOf(find('form button'))).to.equal('Senda aftur')
})

it('the button that might pay twice is not highlighted', async () => {
  const { find } = await mount(states['of unknown outcome'])
  const loud = await mount(states['declined'])
  expect(getComputedStyle(find('form button')).backgroundColor).to.not.equal(
    getComputedStyle(loud.find('form button')).backgroundColor,
  )
})
