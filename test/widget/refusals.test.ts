import { expect } from '@open-wc/testing'
import { json } from './support/backend.ts'
import { mount } from './support/mount.ts'

describe('a refusal', () => {
  for (const wait of [
    '-120',
    '99999999999',
    'Infinity',
    'Fri, 27 Nov 2026 12:00:00 GMT',
    'x',
    '',
  ]) {
    it(`stays to be read, without a time, when Retry-After is ${JSON.stringify(wait)}`, async () => {
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
    it(`is none of the backend when its code is ${JSON.stringify(code)}, and the shopper is told`, async () => {
      const mounted = await mount()
      mounted.backend.overrides['/start'] = () => json({ code }, 502)
      mounted.type('822 3281')
      await mounted.submit()
      expect(mounted.element.problem).to.equal('network')
      expect(mounted.text()).to.include('Samband rofnaði.')
    })
  }
})
