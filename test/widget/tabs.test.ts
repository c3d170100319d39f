import { expect } from '@open-wc/testing'
import { joinTabs } from '../../widget/tabs.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { fakePlatform, textOf } from './support/mount.ts'
import { snapshot } from './support/snapshots.ts'

let sessions = 0

/** Elements of one session that find each other through the browser, as those of several tabs do. */
function mountTabs(count: number, clock?: ManualClock) {
  const backend = new FakeBackend(clock)
  backend.snapshot = snapshot({ status: 'awaiting_shopper', phone: '•••3281' })
  const session = `cs_tabs_${++sessions}`
  const elements: HTMLElementTagNameMap['netgiro-checkout'][] = []
  const add = () => {
    const element = document.createElement('netgiro-checkout')
    element.platform = { ...fakePlatform(backend, clock ?? new ManualClock()), joinTabs }
    element.setAttribute('server', 'https://pay.example')
    element.session = session
    document.body.append(element)
    elements.push(element)
    return element
  }
  for (let each = 0; each < count; each++) add()
  const open = () => backend.streams.filter(({ closed }) => !closed)
  const statuses = () => elements.map((element) => element.snapshot?.status)
  return { backend, session, elements, add, open, statuses }
}

/** Locks and channels go through the browser's other processes, which take their time. */
async function until(condition: () => unknown): Promise<void> {
  while (!condition()) await settle()
}

describe('tabs of one session', () => {
  afterEach(() => document.querySelectorAll('netgiro-checkout').forEach((one) => one.remove()))

  it('tabs of one session share one stream, and all show what it says', async () => {
    const { backend, open, statuses } = mountTabs(8)
    await until(() => statuses().every((status) => status === 'awaiting_shopper'))
    expect([open().length, backend.streams.length]).to.deep.equal([1, 1])
    backend.publish({ status: 'paid' })
    await until(() => statuses().every((status) => status === 'paid'))
    expect(backend.streams.length).to.equal(1)
    expect(backend.requestsTo('GET', '/session')).to.be.empty
  })

  it('tabs of one session continue with a stream of their own when the tab that has it goes', async () => {
    const { backend, elements, open, statuses } = mountTabs(3)
    await until(() => statuses().every(Boolean))
    // The first one asked first for the lock.
    elements[0]!.session = null
    await until(() => backend.streams.length === 2)
    expect(open()).to.have.length(1)
    backend.publish({ status: 'confirming' })
    await until(() => elements.slice(1).every(({ snapshot: it }) => it?.status === 'confirming'))
  })

  describe('of which one joins late', () => {
    const clockOf = (element: HTMLElement): string =>
      textOf(element.shadowRoot!.querySelector('[part=timer]')!)

    /** One element whose request has waited for a minute, and another one that has just come. */
    async function joinLate() {
      const clock = new ManualClock()
      const mounted = mountTabs(1, clock)
      await until(() => mounted.statuses().every(Boolean))
      await clock.advance(59_500)
      const late = mounted.add()
      await settle()
      return { ...mounted, clock, late, first: mounted.elements[0]! }
    }

    it('shows the same time left as the first, within a second and by one question', async () => {
      const { backend, clock, first, late } = await joinLate()
      await clock.advance(1_000)
      await until(() => late.snapshot)
      expect(clockOf(first)).to.contain('2:00')
      expect(clockOf(late)).to.equal(clockOf(first))
      await clock.advance(3_000)
      expect([clockOf(late), backend.streams.length]).to.deep.equal([clockOf(first), 1])
      expect(backend.requestsTo('GET', '/session')).to.have.length(1)
    })

    it('a tab that joins late does not take a sign of life for an answer', async () => {
      const { backend, session, clock, late } = await joinLate()
      // A channel hears the same as those that were there before it, and after them.
      const channel = new BroadcastChannel(`netgiro https://pay.example/v1/session ${session}`)
      let heard = 0
      channel.onmessage = () => heard++
      // A heartbeat of the stream, which the first one passes on.
      await clock.advance(500)
      await until(() => heard)
      channel.close()
      await clock.advance(500)
      expect(backend.requestsTo('GET', '/session')).to.have.length(1)
      expect(late.snapshot?.status).to.equal('awaiting_shopper')
    })

    it('shows the outcome that the first one hears', async () => {
      const { backend, clock, statuses } = await joinLate()
      await clock.advance(1_000)
      backend.publish({ status: 'paid' })
      await until(() => statuses().every((status) => status === 'paid'))
      expect(backend.streams.length).to.equal(1)
    })
  })

  const { BroadcastChannel } = globalThis
  const blocked = function () {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }
  for (const [name, locks] of Object.entries<PropertyDescriptor>({
    'has no': { value: undefined },
    'has an extension that forbids': { get: blocked },
    'has an extension that breaks': { value: { request: blocked } },
  })) {
    it(`tabs have streams of their own where the browser ${name} locks`, async () => {
      Object.defineProperty(navigator, 'locks', { configurable: true, ...locks })
      try {
        const { backend, open, statuses } = mountTabs(2)
        await until(() => statuses().every(Boolean))
        expect(open()).to.have.length(2)
        backend.publish({ status: 'paid' })
        await until(() => statuses().every((status) => status === 'paid'))
      } finally {
        Reflect.deleteProperty(navigator, 'locks')
      }
    })
  }

  for (const [name, value] of Object.entries({ blocks: blocked, lacks: undefined })) {
    it(`tabs have streams of their own where the browser ${name} channels`, async () => {
      Object.assign(globalThis, { BroadcastChannel: value })
      try {
        const { open, statuses } = mountTabs(2)
        await until(() => statuses().every(Boolean))
        expect(open()).to.have.length(2)
      } finally {
        Object.assign(globalThis, { BroadcastChannel })
      }
    })
  }
})
