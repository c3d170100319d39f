import { expect } from '@open-wc/testing'
import { browserPlatform } from '../../widget/platform.ts'
import { json, Stream } from './support/backend.ts'
import { settle } from './support/clock.ts'
import { mount, textOf, type Mounted } from './support/mount.ts'
import { snapshot, states } from './support/snapshots.ts'

const reads = ({ backend }: Mounted): number => backend.requestsTo('GET', '/session').length
const streams = ({ backend }: Mounted): number => backend.requestsTo('GET', '/events').length
const waiting = states['awaiting the shopper']

it('follows one stream, whose first event is the first snapshot', async () => {
  const mounted = await mount(waiting)
  await mounted.clock.advance(30_000)
  expect([reads(mounted), streams(mounted)]).to.deep.equal([0, 1])
  expect(mounted.element.snapshot?.status).to.equal('awaiting_shopper')
})

it('reads the snapshot when the stream has said nothing for a second', async () => {
  const mounted = await mount(waiting, {
    prepare: (backend) => void (backend.overrides['/events'] = backend.neverRespond),
  })
  await mounted.clock.advance(900)
  expect([reads(mounted), mounted.element.snapshot]).to.deep.equal([0, null])
  await mounted.clock.advance(200)
  expect([reads(mounted), mounted.element.snapshot?.status]).to.deep.equal([1, 'awaiting_shopper'])
})

it('calls one URL for everything, so that a browser asks once whether it may', async () => {
  const mounted = await mount(undefined, {
    prepare: (backend) => void (backend.overrides['/events'] = backend.unreachable),
  })
  mounted.type('8223281')
  await mounted.submit()
  mounted.backend.publish({ status: 'awaiting_shopper' })
  await mounted.element.cancel()
  expect(mounted.backend.requests.map(({ path }) => path)).to.include.members([
    ...['/session', '/session/events', '/session/start', '/session/cancel'],
  ])
  expect(new Set(mounted.backend.requests.map(({ url }) => url.href))).to.have.lengthOf(1)
})

it('shows a change from the stream at once', async () => {
  const { backend, find } = await mount(waiting)
  backend.publish({ status: 'paid' })
  await settle()
  expect(textOf(find('h2'))).to.equal('Greiðsla tókst')
})

it('ignores snapshots that are older than the current one', async () => {
  const { element, backend } = await mount({ version: 5, status: 'awaiting_shopper' })
  backend.stream.send(snapshot({ version: 4, status: 'open' }))
  await settle()
  expect(element.snapshot?.version).to.equal(5)
  backend.snapshot = snapshot({ version: 3 })
  element.refresh()
  await settle()
  expect(element.snapshot?.status).to.equal('awaiting_shopper')
})

it('shows an end that the backend reports with a smaller version, because its store was restored', async () => {
  const { element, backend, events } = await mount({ ...waiting, version: 7 })
  backend.stream.send(snapshot({ version: 5, status: 'expired' }))
  await settle()
  expect([element.snapshot?.status, events.at(-1)]).to.deep.equal(['expired', 'expired'])
})

it('ignores an older end when a newer one is known', async () => {
  const { element, backend } = await mount({ ...waiting, version: 7 })
  let answer: (response: Response) => void = () => undefined
  backend.overrides['/cancel'] = () => new Promise((resolve) => (answer = resolve))
  const canceled = element.cancel()
  backend.publish({ status: 'paid', version: 9 })
  await settle()
  answer(json(snapshot({ version: 8, status: 'expired' })))
  await canceled
  expect(element.snapshot?.status).to.equal('paid')
})

it('ignores an event that is not a valid snapshot', async () => {
  const { element, backend } = await mount(waiting)
  backend.stream.write('event: status\ndata: {"status":"paid","version":99}\n\n')
  await settle()
  expect(element.snapshot?.status).to.equal('awaiting_shopper')
})

it('closes the stream when the status is final', async () => {
  const { backend, clock } = await mount(waiting)
  backend.publish({ status: 'paid' })
  await clock.advance(120_000)
  expect(backend.streams.map(({ closed }) => closed)).to.deep.equal([true])
})

it('closes the stream of a checkout that was over before', async () => {
  const { backend, clock } = await mount({ status: 'expired' })
  await clock.advance(60_000)
  expect(backend.streams.map(({ closed }) => closed)).to.deep.equal([true])
  expect(backend.requests).to.have.length(1)
})

it('reconnects with Last-Event-ID one second after the server ends the stream', async () => {
  const mounted = await mount({ ...waiting, version: 7 })
  mounted.backend.stream.end()
  await mounted.clock.advance(900)
  expect(streams(mounted)).to.equal(1)
  await mounted.clock.advance(200)
  expect(streams(mounted)).to.equal(2)
  const [, second] = mounted.backend.requestsTo('GET', '/events')
  expect(second?.headers.get('last-event-id')).to.equal('7')
})

it('keeps a new stream that has no changes since the previous one', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.end()
  await mounted.clock.advance(2_000)
  const readsBefore = reads(mounted)
  await mounted.clock.advance(30_000)
  expect([streams(mounted), reads(mounted)]).to.deep.equal([2, readsBefore])
  mounted.backend.publish({ status: 'paid' })
  await settle()
  expect(textOf(mounted.find('h2'))).to.equal('Greiðsla tókst')
})

it('waits for the time in retry: before it reconnects', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.write('retry: 4000\n\n')
  await settle()
  mounted.backend.stream.end()
  await mounted.clock.advance(3_900)
  expect(streams(mounted)).to.equal(1)
  await mounted.clock.advance(200)
  expect(streams(mounted)).to.equal(2)
})

it('reads the snapshot before it reconnects when the connection is cut', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.drop()
  mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 8, status: 'confirming' }
  await mounted.clock.advance(2_000)
  expect([reads(mounted), streams(mounted)]).to.deep.equal([1, 2])
  expect(mounted.element.snapshot?.status).to.equal('confirming')
})

it('keeps a silent stream as long as the backend answers the same', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.isDead = true
  await mounted.clock.advance(30_000)
  expect([reads(mounted), streams(mounted)]).to.deep.equal([5, 1])
})

it('replaces a silent stream that did not tell what the backend answers', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.isDead = true
  mounted.backend.publish({ status: 'confirming' })
  await mounted.clock.advance(10_000)
  expect(mounted.element.snapshot?.status).to.equal('confirming')
  expect(streams(mounted)).to.equal(2)
})

it('shows within ten seconds that the line is dead, and the outcome within a second after that', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.isDead = true
  mounted.backend.overrides[''] = mounted.backend.neverRespond
  await mounted.clock.advance(10_000)
  expect(textOf(mounted.find('[part=connection]'))).to.equal('Tengist aftur…')
  mounted.backend.overrides[''] = mounted.backend.unreachable
  await mounted.clock.advance(30_000)
  delete mounted.backend.overrides['']
  mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 9, status: 'paid' }
  await mounted.clock.advance(1_000)
  expect(mounted.element.snapshot?.status).to.equal('paid')
})

for (const ms of [0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]) {
  it(`shows the outcome within a second when a line is back that swallowed every question, after ${ms} ms more`, async () => {
    const mounted = await mount(waiting)
    mounted.backend.stream.isDead = true
    mounted.backend.overrides[''] = mounted.backend.neverRespond
    await mounted.clock.advance(20_000 + ms)
    delete mounted.backend.overrides['']
    mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 9, status: 'paid' }
    await mounted.clock.advance(1_000)
    expect(mounted.element.snapshot?.status).to.equal('paid')
  })
}

it('the element has at most two questions under way on a dead line', async () => {
  const mounted = await mount(waiting)
  const { backend, clock } = mounted
  backend.stream.isDead = true
  let [underWay, most] = [0, 0]
  backend.overrides[''] = (request) => {
    most = Math.max(most, ++underWay)
    request.signal.addEventListener('abort', () => underWay--)
    return backend.neverRespond(request)
  }
  await clock.advance(60_000)
  expect(most).to.be.within(1, 2)
})

it('names no cache mode on a dead line, with which Chrome asks for permission again each time', async () => {
  const mounted = await mount(waiting)
  mounted.backend.stream.isDead = true
  mounted.backend.overrides[''] = mounted.backend.neverRespond
  await mounted.clock.advance(30_000)
  expect(reads(mounted)).to.be.above(10)
  expect(mounted.backend.requests.filter(({ cache }) => cache)).to.deep.equal([])
})

it('gives a line that was slow before the time to answer when it is back', async () => {
  const mounted = await mount(waiting)
  const { backend, clock } = mounted
  const respondSlowly: typeof backend.respondWithSnapshot = async (request) => {
    await new Promise<void>((resolve) => clock.after(1_200, resolve))
    return backend.respondWithSnapshot(request)
  }
  backend.stream.isDead = true
  backend.overrides[''] = respondSlowly
  await clock.advance(20_000)
  backend.overrides[''] = backend.neverRespond
  await clock.advance(20_000)
  backend.overrides[''] = respondSlowly
  backend.snapshot = { ...backend.snapshot, version: 9, status: 'paid' }
  await clock.advance(5_000)
  expect(mounted.element.snapshot?.status).to.equal('paid')
})

it('abandons a stream that delivers bytes but no event for five seconds', async () => {
  const mounted = await mount(waiting, {
    prepare(backend) {
      backend.overrides['/events'] = ({ signal }) => {
        const stream = new Stream(signal)
        stream.write(':padding\n\n')
        return stream.response
      }
    },
  })
  await mounted.clock.advance(4_900)
  expect(streams(mounted)).to.equal(1)
  await mounted.clock.advance(3_000)
  expect(streams(mounted)).to.equal(2)
})

for (const [name, responder] of Object.entries({
  'a page of a captive portal': () =>
    new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  'a proxy with 502': () => new Response('Bad gateway', { status: 502 }),
  'an empty response': () => new Response(null, { status: 204 }),
  'an event stream with status 500': () =>
    new Response('', { status: 500, headers: { 'content-type': 'text/event-stream' } }),
})) {
  it(`polls every 3 to 10 seconds and shows paid when streams are answered by ${name}`, async () => {
    const mounted = await mount(waiting, {
      prepare: (backend) => void (backend.overrides['/events'] = responder),
    })
    await mounted.clock.advance(8_000)
    expect(streams(mounted)).to.equal(3)
    const readsBefore = reads(mounted)
    await mounted.clock.advance(60_000)
    expect(reads(mounted) - readsBefore).to.be.within(6, 15)
    mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 9, status: 'paid' }
    await mounted.clock.advance(10_000)
    expect(textOf(mounted.find('h2'))).to.equal('Greiðsla tókst')
  })
}

it('retries the stream while it polls, and keeps it when it works', async () => {
  const mounted = await mount(waiting, {
    prepare: (backend) => void (backend.overrides['/events'] = backend.unreachable),
  })
  await mounted.clock.advance(20_000)
  delete mounted.backend.overrides['/events']
  await mounted.clock.advance(60_000)
  expect(mounted.backend.streams.at(-1)?.closed).to.equal(false)
  mounted.backend.stream.write(':\n\n')
  const readsBefore = reads(mounted)
  await mounted.clock.advance(30_000)
  expect(reads(mounted)).to.equal(readsBefore)
})

it('shows that it is reconnecting after three seconds, and no error', async () => {
  const mounted = await mount(waiting)
  mounted.backend.overrides[''] = mounted.backend.neverRespond
  mounted.backend.overrides['/events'] = mounted.backend.neverRespond
  mounted.backend.stream.drop()
  await mounted.clock.advance(3_000)
  expect(mounted.text()).to.not.contain('Tengist aftur')
  await mounted.clock.advance(2_000)
  expect(mounted.text()).to.contain('Tengist aftur')
  expect(textOf(mounted.find('[role=alert]'))).to.equal('')
  delete mounted.backend.overrides['']
  await mounted.clock.advance(20_000)
  expect(mounted.text()).to.not.contain('Tengist aftur')
})

for (const [name, resume] of Object.entries({
  'the page becomes visible': () =>
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
  'the page was frozen': () => document.dispatchEvent(new Event('resume')),
  'the network is back': () => window.dispatchEvent(new Event('online')),
  'the page is restored from the back-forward cache': () =>
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
})) {
  it(`reads the snapshot and opens a new stream when ${name}`, async () => {
    const mounted = await mount(waiting)
    const [first] = mounted.backend.streams
    mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 9, status: 'confirming' }
    resume()
    await settle()
    expect(mounted.element.snapshot?.status).to.equal('confirming')
    expect(first?.closed).to.equal(true)
    expect(streams(mounted)).to.equal(2)
  })
}

it('holds no stream while the page is hidden, and still detects the payment', async () => {
  const mounted = await mount(waiting)
  mounted.platform.isHidden = true
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  await settle()
  expect(mounted.backend.streams.every(({ closed }) => closed)).to.equal(true)
  mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 9, status: 'paid' }
  await mounted.clock.advance(11_000)
  expect(mounted.events).to.contain('paid')
})

it('stops polling an unknown session and shows the fallback', async () => {
  const mounted = await mount(undefined, {
    prepare: (backend) => void (backend.overrides[''] = backend.problem('unknown_session', 401)),
  })
  await mounted.clock.advance(60_000)
  expect(reads(mounted)).to.equal(1)
  expect(textOf(mounted.find('[role=alert]'))).to.contain('Þessi greiðsla fannst ekki.')
  expect(mounted.find<HTMLSlotElement>('slot:not([name])').assignedElements()).to.have.length(1)
  expect(mounted.events).to.deep.equal(['error'])
  await expect(mounted.element).to.be.accessible()
})

it('keeps trying without an error when the first read fails', async () => {
  const mounted = await mount(waiting, {
    prepare: (backend) =>
      void (backend.overrides[''] = () => json({ code: 'internal_error' }, 500)),
  })
  expect(mounted.element.snapshot).to.equal(null)
  delete mounted.backend.overrides['']
  await mounted.clock.advance(3_000)
  expect(mounted.element.snapshot?.status).to.equal('awaiting_shopper')
})

it('shows at once that the browser is offline', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: false })
  try {
    mounted.backend.overrides[''] = mounted.backend.unreachable
    mounted.backend.overrides['/events'] = mounted.backend.unreachable
    window.dispatchEvent(new Event('offline'))
    await settle()
    expect(textOf(mounted.find('[part=connection]'))).to.equal('Ekkert netsamband.')
    expect(textOf(mounted.find('[role=status]'))).to.equal('Ekkert netsamband.')
  } finally {
    Reflect.deleteProperty(navigator, 'onLine')
  }
})

it('shows the outcome within a second when the line is back without an event', async () => {
  const mounted = await mount(waiting)
  mounted.backend.overrides[''] = mounted.backend.unreachable
  mounted.backend.overrides['/events'] = mounted.backend.unreachable
  mounted.backend.stream.drop()
  await mounted.clock.advance(60_000)
  delete mounted.backend.overrides['']
  delete mounted.backend.overrides['/events']
  mounted.backend.snapshot = { ...mounted.backend.snapshot, version: 9, status: 'paid' }
  await mounted.clock.advance(1_000)
  expect(mounted.element.snapshot?.status).to.equal('paid')
})

it('the element does not hurry to reconnect while nobody is waited for', async () => {
  const mounted = await mount()
  mounted.backend.overrides[''] = mounted.backend.unreachable
  mounted.backend.overrides['/events'] = mounted.backend.unreachable
  mounted.backend.stream.drop()
  await mounted.clock.advance(60_000)
  const readsBefore = reads(mounted)
  await mounted.clock.advance(60_000)
  expect(reads(mounted) - readsBefore).to.be.at.most(8)
})

it('measures time by a clock that the device cannot set back', () => {
  const { now } = Date
  const before = browserPlatform.now()
  Date.now = () => now() - 3_600_000
  try {
    expect(browserPlatform.now()).to.be.within(before, before + 60_000)
  } finally {
    Date.now = now
  }
})
