import { expect } from '@open-wc/testing'
import fc from 'fast-check'
import { parsePhone } from '../../server/protocol/index.ts'
import { formatDuration, englishKronur, groupPhone, icelandicKronur } from '../../widget/format.ts'

it('formats krónur as Intl.NumberFormat does', () => {
  const icelandic = new Intl.NumberFormat('de', { maximumFractionDigits: 0 })
  const english = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
  fc.assert(
    fc.property(fc.nat(999_999_999), (amount) => {
      expect(icelandicKronur(amount)).to.equal(`${icelandic.format(amount)}\u00a0kr.`)
      expect(englishKronur(amount)).to.equal(`ISK\u00a0${english.format(amount)}`)
    }),
  )
})

it('parses every phone number that it has grouped', () => {
  const mobile = fc.integer({ min: 6_000_000, max: 8_999_999 }).map(String)
  const prefix = fc.constantFrom('', '+354', '+354 ', '00354', '354 ', 'tel:+354')
  fc.assert(
    fc.property(mobile, prefix, (digits, country) => {
      expect(parsePhone(country + groupPhone(digits))).to.equal(digits)
    }),
  )
})

it('parses nothing but mobile numbers as phone numbers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parsePhone(text) ?? '6000000').to.match(/^[678]\d{6}$/)
    }),
  )
})

it('formats durations as minutes and seconds', () => {
  expect([0, 9, 60, 161, 600].map(formatDuration)).to.deep.equal([
    '0:00',
    '0:09',
    '1:00',
    '2:41',
    '10:00',
  ])
})
