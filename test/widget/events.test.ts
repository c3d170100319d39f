import { expect, oneEvent } from '@open-wc/testing'
import type { NetgiroErrorEvent, NetgiroStatusEvent } from '../../widget/index.ts'
import { settle } from './support/clock.ts'
import { mount } from './support/mount.ts'
import { states } from './support/snapshots.ts'

it('dispatches the events of a payment in order, to listeners outside the element', async () => {
  const { backend, events, type, submit } = await mount()
  type('8223281')
  backend.overrides['/start'] = () => {
    backend.publish({ status: 'starting' })
    return Response.json(backend.snapshot)
  }
  await submit()
  for (const status of ['awaiting_shopper', 'confirming', 'paid'] as const) {
    backend.publish({ status })
    await settle()
  }
  expect(events).to.deep.equal([
    ...['status', 'before-start', 'status', 'status', 'status'],
    ...['status', 'paid'],
  ])
})

it('the element has the new snapshot when an event is dispatched', async () => {
  const { element, backend } = await mount()
  const event = oneEvent(element, 'netgiro-status')
  backend.publish({ status: 'paid' })
  const { snapshot } = (await event) as unknown as NetgiroStatusEvent
  expect(snapshot).to.equal(element.snapshot)
  expect(snapshot.status).to.equal('paid')
})

it('sends no request when netgiro-before-start is prevented', async () => {
  const { element, backend, type, submit } = await mount()
  element.addEventListener('netgiro-before-start', (event) => event.preventDefault())
  type('8223281')
  await submit()
  expect(backend.requestsTo('POST', '/start')).to.be.empty
})

it('dispatches netgiro-status as an event that is not cancelable', async () => {
  const { element, backend } = await mount()
  const event = oneEvent(element, 'netgiro-status')
  backend.publish({ status: 'paid' })
  expect(((await event) as Event).cancelable).to.equal(false)
})

for (const outcome of ['declined', 'canceled', 'expired'] as const) {
  it(`dispatches netgiro-${outcome} when an attempt ends as ${outcome}`, async () => {
    const { backend, events } = await mount(states['awaiting the shopper'])
    backend.publish({ status: 'open', lastAttempt: { outcome, reason: 'declined' } })
    await settle()
    expect(events).to.deep.equal(['status', 'status', outcome])
  })
}

it('dispatches netgiro-error with the reason when an attempt fails', async () => {
  const { element, backend } = await mount(states['starting'])
  const event = oneEvent(element, 'netgiro-error')
  backend.publish({
    status: 'open',
    lastAttempt: { outcome: 'failed', reason: 'request_not_sent' },
  })
  expect(((await event) as unknown as NetgiroErrorEvent).code).to.equal('request_not_sent')
})

for (const status of ['canceled', 'expired', 'paid'] as const) {
  it(`dispatches netgiro-${status} when the page opens for a checkout that is ${status}`, async () => {
    const { events } = await mount({ status })
    expect(events).to.deep.equal(['status', status])
  })
}

it('dispatches the outcome of a checkout once', async () => {
  const { element, backend, events } = await mount({ status: 'paid' })
  backend.snapshot = { ...backend.snapshot, version: 9 }
  element.refresh()
  await settle()
  expect(events.filter((name) => name === 'paid')).to.have.length(1)
})

it('dispatches nothing for a snapshot that it already has', async () => {
  const { element, events } = await mount()
  element.refresh()
  await settle()
  expect(events).to.deep.equal(['status'])
})

it('dispatches netgiro-error with invalid_phone and with the code of a problem response', async () => {
  const { element, backend, type, submit } = await mount()
  const codes: string[] = []
  element.addEventListener('netgiro-error', ({ code }) => codes.push(code))
  type('1')
  await submit()
  backend.overrides['/start'] = backend.problem('provider_unavailable', 503)
  type('8223281')
  await submit()
  expect(codes).to.deep.equal(['invalid_phone', 'provider_unavailable'])
})

describe('a version in which nothing that is shown has changed', () => {
  const declined = { outcome: 'declined', reason: 'declined' } as const
  const failed = { outcome: 'failed', reason: 'provider_unavailable' } as const

  it('causes no second outcome of an attempt', async () => {
    const { backend, events } = await mount(states['awaiting the shopper'])
    backend.publish({ status: 'open', lastAttempt: declined })
    backend.publish({})
    await settle()
    expect(events).to.deep.equal(['status', 'status', 'declined', 'status'])
  })

  it('leaves a problem where it is', async () => {
    const { element, backend, type, submit } = await mount(states['declined'])
    backend.overrides['/start'] = backend.problem('phone_busy', 409)
    type('8223281')
    await submit()
    backend.publish({})
    await settle()
    expect(element.problem).to.equal('phone_busy')
  })

  it('causes no second outcome of an attempt that becomes uncertain, and certain again', async () => {
    const { backend, events } = await mount(states['awaiting the shopper'])
    backend.publish({ status: 'open', lastAttempt: declined })
    for (const uncertain of [true, false]) {
      backend.publish({ uncertain })
      await settle()
    }
    expect(events).to.deep.equal(['status', 'status', 'declined', 'status', 'status'])
  })

  it('causes no second outcome after an answer that is older than the stream', async () => {
    const { element, backend, events } = await mount(states['awaiting the shopper'])
    const old = backend.snapshot
    backend.overrides['/cancel'] = () => {
      backend.publish({ status: 'open', lastAttempt: declined })
      return settle().then(() => Response.json(old))
    }
    await element.cancel()
    backend.publish({})
    await settle()
    expect(events).to.deep.equal(['status', 'status', 'declined', 'status'])
  })

  it('a version that shows no change is told as an outcome when it answers another attempt', async () => {
    const { backend, events, type, submit } = await mount({ lastAttempt: failed })
    backend.overrides['/start'] = () => {
      backend.snapshot = { ...backend.snapshot, version: 9 }
      return Response.json(backend.snapshot)
    }
    type('8223281')
    await submit()
    expect(events).to.deep.equal(['status', 'error', 'before-start', 'status', 'error'])
  })
})
