import { expect } from '@open-wc/testing'
import { settle } from './support/clock.ts'
import { mount, mountElement } from './support/mount.ts'
import { expectNoProgramValues } from './support/program-values.ts'
import { posStates, states } from './support/snapshots.ts'

describe('broken snapshots', () => {
  const waiting = states['awaiting the shopper']!
  const broken = { expiresAt: 'soon', serverTime: '' }
  for (const [field, value] of Object.entries(broken)) {
    it(`a snapshot with ${field}: ${JSON.stringify(value)} is ignored, from the page or from the server`, async () => {
      const plain = await mount({ ...waiting, version: 1 })
      const before = plain.text()
      for (const status of ['awaiting_shopper', 'paid', 'review'] as const) {
        const mounted = await mount({ ...waiting, version: 1 })
        mounted.backend.stream.send({ ...waiting, status, version: 2, ...{ [field]: value } })
        await settle()
        expect(mounted.text()).to.equal(before)
        expect(mounted.element.snapshot?.version).to.equal(1)
        mounted.element.remove()
      }
      const { element, backend } = await mount(waiting, {
        prepare(silent) {
          silent.overrides[''] = silent.overrides['/events'] = silent.neverRespond
        },
      })
      Reflect.set(element, 'snapshot', { ...backend.snapshot, [field]: value })
      await settle()
      expect(element.snapshot).to.equal(null)
      expect(element.problem).to.equal(null)
    })
  }

  for (const expiresAt of ['1970-01-01T00:00:00Z', '2026-11-20T11:59:59Z']) {
    it(`a request that ended at ${expiresAt} is said to be checked, without a button that would do nothing`, async () => {
      const { element, text } = await mount({ ...waiting, expiresAt })
      expect(text()).to.include('Við erum enn að athuga').and.to.not.include('Hætta við')
      expectNoProgramValues(element.renderRoot, expiresAt)
    })
  }

  it('a snapshot with a time or a code that cannot be shown shows everything else', async () => {
    for (const broken of [{ paidAt: 'yesterday' }, { paidAt: null }, { supportCode: {} }]) {
      const { element, text } = await mount({ ...states['paid'], ...(broken as object) })
      expect(text()).to.include('Greiðsla tókst')
      expectNoProgramValues(element.renderRoot, JSON.stringify(broken))
    }
  })

  it('a snapshot whose customer was asked in an unknown way shows everything else', async () => {
    for (const kind of ['face', 'constructor', 'provider_form']) {
      const { text, element } = await mountElement('netgiro-pos', {
        ...posStates['awaiting the shopper'],
        payer: { kind: kind as 'phone', masked: '•••3281' },
      })
      expect(text()).to.include('•••3281').and.to.include('Gildir í')
      expectNoProgramValues(element.renderRoot, kind)
      expect(element.problem).to.equal(null)
    }
  })
})
