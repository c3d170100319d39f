import { expect } from '@open-wc/testing'
import { json } from './support/backend.ts'
import { settle } from './support/clock.ts'
import { mount, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

describe('a refusal', () => {
  for (const wait of [
    '-120',
    '99999999999',
    'Infinity',
    'Fri, 27 Nov 2026 12:00:00 GMT',
    'x',
    '',
  ]) {
    it(`a refusal stays to be read, without a time, when Retry-After is ${JSON.stringify(wait)}`, async () => {
      const mounted = await mount()
      mounted.backend.overrides['/start'] = () =>
        new Response('{"code":"too_many_requests"}', {
          status: 429,
          headers: { 'content-type': 'application/json', 'retry-after': wait },
        })
      const delays: number[] = []
      Object.assign(mounted.platform, {
        after(ms: number, task: () => void) {
          delays.push(ms)
          return mounted.clock.after(ms, task)
        },
      })
      mounted.type('822 3281')
      await mounted.submit()
      expect(mounted.text()).to.include('Of margar tilraunir. Greiddu með öðrum hætti.')
      // A browser's timer takes no more.
      expect(Math.max(...delays)).to.be.below(2 ** 31)
      expect(Math.min(...delays)).to.be.at.least(0)
      await mounted.clock.advance(5_000)
      expect(mounted.text()).to.include('Of margar tilraunir. Greiddu með öðrum hætti.')
    })
  }

  for (const code of ['', 0, 502, {}, [], true]) {
    it(`a refusal is none of the backend when its code is ${JSON.stringify(code)}, and the shopper is told`, async () => {
      const mounted = await mount()
      mounted.backend.overrides['/start'] = () => json({ code }, 502)
      mounted.type('822 3281')
      await mounted.submit()
      expect(mounted.element.problem).to.equal('network')
      expect(mounted.text()).to.include('Samband rofnaði.')
    })
  }
})

it('a refusal that comes after the end is not told', async () => {
  for (const code of ['checkout_closed', 'internal_error']) {
    const mounted = await mount(states['awaiting the shopper'])
    let answer: (response: Response) => void = () => undefined
    mounted.backend.overrides['/cancel'] = () => new Promise((resolve) => (answer = resolve))
    mounted.find('[part=cancel]').click()
    await settle()
    mounted.backend.publish({ status: 'paid' })
    await settle()
    answer(json({ code }, code === 'internal_error' ? 500 : 409))
    await settle()
    expect(mounted.element.problem).to.equal(null)
    expect(mounted.events).to.not.include('error')
  }
})

describe('an answer that is lost', () => {
  /** Lets the answer of an action be lost only when the test says so. */
  function delayLoss({ backend }: Mounted, path: '/start' | '/cancel') {
    let lose: (error: Error) => void = () => undefined
    const lost = new Promise<Response>((_, reject) => (lose = reject))
    backend.overrides[path] = () => lost
    return async () => {
      lose(new TypeError('network error'))
      await settle()
    }
  }

  for (const status of ['awaiting_shopper', 'paid'] as const) {
    it(`a lost answer is no problem of a start that is known to be ${status} by then`, async () => {
      const mounted = await mount()
      const lose = delayLoss(mounted, '/start')
      mounted.type('822 3281')
      await mounted.submit()
      mounted.backend.publish({ status })
      await lose()
      expect(textOf(mounted.find('[role=alert]'))).to.equal('')
      expect(mounted.events).to.not.include('error')
    })
  }

  it('a lost answer does not hide that it was too late to cancel', async () => {
    const mounted = await mount(states['awaiting the shopper'])
    const lose = delayLoss(mounted, '/cancel')
    mounted.find('[part=cancel]').click()
    await settle()
    mounted.backend.publish({ status: 'paid' })
    await lose()
    expect(textOf(mounted.find('[role=alert]'))).to.equal('')
    expect(mounted.text()).to.include('Of seint að hætta við: greiðslan tókst.')
  })

  it('a lost answer is told where another version says nothing of the cancellation', async () => {
    const mounted = await mount(states['awaiting the shopper'])
    const lose = delayLoss(mounted, '/cancel')
    mounted.find('[part=cancel]').click()
    await settle()
    mounted.backend.publish({})
    await lose()
    expect(textOf(mounted.find('[role=alert]'))).to.include('Ekki tókst að hætta við.')
  })

  for (const state of ['starting', 'awaiting the shopper']) {
    it(`a lost answer is told where the request that was to be canceled while ${state} goes on`, async () => {
      const mounted = await mount(states[state])
      const lose = delayLoss(mounted, '/cancel')
      mounted.find('[part=cancel]').click()
      await settle()
      mounted.backend.publish({ status: 'awaiting_shopper', phone: '•••9999' })
      await lose()
      expect(textOf(mounted.find('[role=alert]'))).to.include('Ekki tókst að hætta við.')
    })
  }

  it('a lost answer is no problem of a cancellation that is known to be requested, or over, by then', async () => {
    for (const changes of [
      { cancelRequested: true },
      { status: 'open', lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shopper' } },
    ] as const) {
      const mounted = await mount(states['awaiting the shopper'])
      const lose = delayLoss(mounted, '/cancel')
      mounted.find('[part=cancel]').click()
      await settle()
      mounted.backend.publish(changes)
      await lose()
      expect(textOf(mounted.find('[role=alert]'))).to.equal('')
    }
  })

  it('a lost answer is told where only the first snapshot has come meanwhile', async () => {
    const mounted = await mount(undefined, {
      prepare: (backend) => void (backend.overrides['/events'] = backend.neverRespond),
    })
    const lose = delayLoss(mounted, '/start')
    mounted.type('822 3281')
    await mounted.submit()
    await mounted.clock.advance(1_100)
    expect(mounted.element.snapshot?.status).to.equal('open')
    await lose()
    expect(mounted.element.problem).to.equal('network')
  })
})
