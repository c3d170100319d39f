import { expect } from '@open-wc/testing'
import decode from 'qr/decode.js'
import { qrCode, type QrCode } from '../../widget/qr/index.ts'

/** Reads a code as a camera would, from pixels: four for each module, with a light margin. */
function read({ size, path }: QrCode): string {
  const [scale, margin] = [4, 4]
  const side = (size + 2 * margin) * scale
  const context = new OffscreenCanvas(side, side).getContext('2d')!
  context.fillStyle = '#fff'
  context.fillRect(0, 0, side, side)
  context.scale(scale, scale)
  context.translate(margin, margin)
  context.fillStyle = '#000'
  context.fill(new Path2D(path))
  const { data } = context.getImageData(0, 0, side, side)
  return decode({ width: side, height: side, data })
}

const address = (length: number): string =>
  'https://shop.is/continue#'.padEnd(length, '0123456789abcdef')

it('draws an address of any usual length as a code that another program reads', () => {
  const sizes = new Set<number>()
  for (let length = 25; length <= 400; length += 25) {
    const code = qrCode(address(length))
    expect(read(code)).to.equal(address(length))
    sizes.add(code.size)
  }
  expect(sizes.size).to.be.greaterThan(10)
})

it('draws the smallest code there is for a text', () => {
  expect(qrCode('shop.is').size).to.equal(21)
  expect(read(qrCode('shop.is'))).to.equal('shop.is')
})

it('draws the longest text that fits into a code, and refuses one that is longer', () => {
  const text = 'https://shop.is/continue#'.padEnd(2_331, 'a')
  const code = qrCode(text)
  expect(code.size).to.equal(177)
  expect(read(code)).to.equal(text)
  expect(() => qrCode(`${text}a`)).to.throw()
})
