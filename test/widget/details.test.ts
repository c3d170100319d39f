import { expect } from '@open-wc/testing'
import { emulateMedia } from '@web/test-runner-commands'
import { NetgiroCheckout, type HelpStage } from '../../widget/index.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { fakePlatform, mount, textOf } from './support/mount.ts'
import { snapshot, states } from './support/snapshots.ts'

const waiting = states['awaiting the shopper']!
const paid = snapshot({
  ...{ version: 2, status: 'paid', phone: '•••3281' },
  ...{ paidAt: '2026-11-20T12:00:40Z', supportCode: 'WEB-1234-x7k2m9pq' },
})

describe('help while a request waits', () => {
  it('help comes in stages, each with an event', async () => {
    const { element, clock, find } = await mount(waiting)
    const stages: HelpStage[] = []
    element.addEventListener('netgiro-help', ({ stage }) => stages.push(stage))
    const texts: number[] = []
    for (const seconds of [10, 15, 25, 30, 85]) {
      await clock.advance(seconds * 1_000)
      texts.push(element.renderRoot.querySelectorAll('[part=help]').length)
    }
    expect(stages).to.deep.equal(['open_app', 'no_app', 'send_again', 'last_seconds'])
    // The last stage replaces the others.
    expect(texts).to.deep.equal([0, 1, 2, 3, 1])
    expect(textOf(find('[part=resend]'))).to.equal('Senda aftur')
    await expect(element).to.be.accessible()
  })

  it('help ends with the time', async () => {
    const { element, clock, text } = await mount(waiting)
    await clock.advance(181_000)
    expect(element.renderRoot.querySelector('[part=help], [part=again]')).to.equal(null)
    // The payment server cancels it by now, and takes no other cancellation.
    expect(element.renderRoot.querySelector('[part=cancel]')).to.equal(null)
    expect(text()).to.include('Við erum enn að athuga').and.not.include('Þú mátt loka síðunni')
    expect(text()).to.include('hafna henni').and.not.include('Samþykkja')
    expect(element.renderRoot.querySelector('[part=timer]')).to.equal(null)
  })

  it('help contains a link to the app only where the shop has set one that is no script', async () => {
    const { element, clock } = await mount(waiting)
    const link = (): string | null | undefined =>
      element.renderRoot.querySelector('[part=app]')?.getAttribute('href')
    expect(link()).to.equal(undefined)
    for (const url of [
      'javascript:alert(1)',
      ' \u0001JavaScript:alert(1)',
      'java\n\tscript:alert(1)',
      'data:text/html,x',
    ]) {
      element.setAttribute('app-url', url)
      element.requestUpdate()
      await settle()
      expect(link()).to.equal(undefined)
    }
    element.setAttribute('app-url', 'netgiro://pending')
    await clock.advance(1_000)
    expect(link()).to.equal('netgiro://pending')
  })
})

describe('without this file', () => {
  it('no approval is asked for any more when the time of the request is over', async () => {
    const clock = new ManualClock()
    const backend = new FakeBackend(clock)
    backend.snapshot = waiting
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, clock)
    const importOnce: typeof element.importOnce = element.importOnce.bind(element)
    element.importOnce = (file, load, use) => {
      const isLost = file === 'details'
      importOnce(file, isLost ? () => Promise.reject(new TypeError('Failed to fetch')) : load, use)
    }
    Object.assign(element, { session: 'cs_1', server: 'https://pay.example', locale: 'en' })
    document.body.append(element)
    await clock.advance(1_000)
    const heading = () => textOf(element.renderRoot.querySelector('h2')!)
    expect(heading()).to.contain('Confirm the payment')
    await clock.advance(200_000)
    expect(heading()).to.equal('We are still checking')
    backend.publish({ cancelRequested: true })
    await settle()
    expect(heading()).to.equal('Canceling…')
    element.remove()
  })
})

describe('an outcome', () => {
  it('every outcome has a sign of its own', async () => {
    const signs = new Map<string, string>()
    for (const name of ['paid', 'canceled', 'expired', 'in review', 'declined', 'not sent']) {
      const { find } = await mount(states[name])
      signs.set(find('[part~=icon]').getAttribute('part')! + find('path').getAttribute('d')!, name)
    }
    expect([...signs.values()]).to.have.length(6)
  })

  it('shows time and support code when the checkout is paid, and in review', async () => {
    const { element, text, find } = await mount(paid, { locale: 'en' })
    expect(text()).to.contain('Paid with Netgíró').and.contain('WEB-1234-x7k2m9pq')
    expect(find('time').getAttribute('datetime')).to.equal('2026-11-20T12:00:40Z')
    expect(textOf(find('time'))).to.match(/^20 Nov 2026, \d?\d:00$/)
    await expect(element).to.be.accessible()
    const { supportCode = '' } = paid
    const inReview = { ...waiting, status: 'review', supportCode } as const
    const review = await mount({ ...inReview, requestedAt: '2026-11-20T12:00:05Z' })
    expect(review.text()).to.contain('WEB-1234-x7k2m9pq').and.not.contain('Greitt með')
    expect(review.find('time').getAttribute('datetime')).to.equal('2026-11-20T12:00:05Z')
    // An older server sends none, and the time of the last reading says nothing of the payment.
    const older = await mount(inReview)
    expect(older.text()).to.contain('WEB-1234-x7k2m9pq').and.not.contain('Tími')
  })

  it('shows the time as it is written in Iceland', async () => {
    const { find } = await mount(paid)
    expect(textOf(find('time'))).to.match(/^20\.11\.2026 \d?\d:00$/)
  })

  it('an outcome is printed in dark letters with its sign and the logo, and without buttons of no use on paper', async () => {
    const { element, find } = await mount(paid)
    element.setAttribute('theme', 'dark')
    const styleOf = (selector: string) => getComputedStyle(find(selector))
    const onScreen = styleOf('h2').color
    await emulateMedia({ media: 'print' })
    const onPaper = styleOf('h2').color
    const button = styleOf('[part~=copy]').display
    await emulateMedia({ media: 'screen' })
    element.setAttribute('theme', 'light')
    expect(onPaper).to.equal(styleOf('h2').color).and.not.equal(onScreen)
    expect(button).to.equal('none')
    for (const selector of ['[part~=icon]', '[part=mark] i'])
      expect(styleOf(selector).printColorAdjust, selector).to.equal('exact')
  })

  it('copies the support code, and says so', async () => {
    const copied: string[] = []
    const clipboard = { writeText: (text: string) => Promise.resolve(void copied.push(text)) }
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard })
    const { find } = await mount(paid)
    find('[part~=copy]').click()
    await settle()
    expect(copied).to.deep.equal(['WEB-1234-x7k2m9pq'])
    expect(textOf(find('[part~=copy]'))).to.equal('Afritað')
    Reflect.deleteProperty(navigator, 'clipboard')
  })

  it('an outcome gets the focus on its heading if the focus is nowhere', async () => {
    const { element, backend, find } = await mount(waiting)
    ;(document.activeElement as HTMLElement | null)?.blur()
    backend.publish({ status: 'paid' })
    await settle()
    expect(element.shadowRoot?.activeElement === find('h2')).to.equal(true)
    // The heading is read because of the focus; the live region says the rest.
    expect(textOf(find('[role=status]'))).to.equal('Takk fyrir.')
  })
})

it('says how everything ends when the details cannot be loaded, and loads them later', async () => {
  let canLoad = false
  const clock = new ManualClock()
  const backend = new FakeBackend(clock)
  backend.snapshot = waiting
  class WithoutDetails extends NetgiroCheckout {
    override platform = fakePlatform(backend, clock)
    override importOnce<T>(file: string, load: () => Promise<T>, use: (file: T) => void): void {
      const fail = () => Promise.reject(new TypeError('Failed to fetch'))
      super.importOnce(file, () => (file === 'details' && !canLoad ? fail() : load()), use)
    }
  }
  if (!customElements.get('without-details')) {
    customElements.define('without-details', WithoutDetails)
  }
  const element = new WithoutDetails()
  Object.assign(element, { session: 'cs', locale: 'en' })
  document.body.append(element)
  await settle()
  await clock.advance(80_000)
  const root = element.renderRoot
  expect(textOf(root.querySelector('h2')!)).to.contain('Confirm the payment')
  expect(root.querySelector('[part=cancel]')).to.exist
  backend.publish({ status: 'open', lastAttempt: { outcome: 'declined', reason: 'declined' } })
  await settle()
  expect(textOf(root.querySelector('h2')!)).to.equal('Payment declined')
  expect(root.querySelector('form')).to.exist
  canLoad = true
  await clock.advance(10_000)
  backend.publish({ status: 'paid' })
  await settle()
  await import('../../widget/details/index.ts')
  await settle()
  expect(root.querySelector('[part~=icon]')).to.exist
  element.remove()
})
