import { expect } from '@open-wc/testing'
import decode from 'qr/decode.js'
import { settle } from './support/clock.ts'
import { mount, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const order = 'https://ullarbudin.is/pantanir/WEB-1234'

async function mountWith(address: string, initial = states['open']): Promise<Mounted> {
  const mounted = await mount(initial, { locale: 'en' })
  mounted.element.setAttribute('hand-off', address)
  await settle()
  return mounted
}

const offerIn = ({ element }: Mounted): HTMLDetailsElement | null =>
  element.renderRoot.querySelector('[part=hand-off]')

/** Opens the offer, and waits for the code. */
async function codeIn(mounted: Mounted): Promise<SVGSVGElement> {
  offerIn(mounted)!.open = true
  for (;;) {
    const code = mounted.element.renderRoot.querySelector<SVGSVGElement>('[part=qr]')
    if (code) return code
    await settle()
  }
}

/** What a camera sees: the code as it is drawn, with its margin, on its background. */
async function read(code: SVGSVGElement): Promise<string> {
  const copy = code.cloneNode(true) as SVGSVGElement
  const side = 400
  const { backgroundColor, fill } = getComputedStyle(code)
  for (const [name, value] of Object.entries({ width: side, height: side, fill }))
    copy.setAttribute(name, String(value))
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await image.decode()
  const context = new OffscreenCanvas(side, side).getContext('2d')!
  context.fillStyle = backgroundColor
  context.fillRect(0, 0, side, side)
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, side, side)
  return decode({ width: side, height: side, data })
}

/** What the console says while the task runs. */
async function errorsOf(task: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = []
  const { error } = console
  console.error = (line: string) => void lines.push(line)
  try {
    await task()
  } finally {
    console.error = error
  }
  return lines
}

it('offers the page of the order on a phone below the form and while a request waits, and not after an end', async () => {
  const offered: string[] = []
  for (const [name, state] of Object.entries(states)) {
    const mounted = await mountWith(order, state)
    if (offerIn(mounted)) offered.push(name)
  }
  expect(offered).to.not.include.members(['paid', 'canceled', 'expired', 'in review', 'canceling'])
  expect(offered).to.include.members(['open', 'starting', 'awaiting the shopper', 'declined'])
})

it('draws a code that a camera reads as exactly that address, in a dark page as well', async () => {
  for (const theme of ['light', 'dark']) {
    const mounted = await mountWith(order)
    mounted.element.setAttribute('theme', theme)
    const code = await codeIn(mounted)
    expect(await read(code), theme).to.equal(order)
    expect(code.getAttribute('aria-label')).to.equal('QR code')
    await expect(mounted.element).to.be.accessible()
  }
})

it('draws the code of another address when the page changes it', async () => {
  const mounted = await mountWith(order)
  await codeIn(mounted)
  mounted.element.handOff = '/pantanir/2'
  await settle()
  expect(mounted.element.getAttribute('hand-off')).to.equal('/pantanir/2')
  expect(await read(await codeIn(mounted))).to.equal(`${location.origin}/pantanir/2`)
})

it('keeps the code while the seconds pass and goes when the payment is over', async () => {
  const mounted = await mountWith(order, states['awaiting the shopper'])
  const code = await codeIn(mounted)
  await mounted.clock.advance(3_000)
  expect(mounted.find('[part=qr]') === (code as Element)).to.equal(true)
  mounted.backend.publish({ status: 'paid' })
  await settle()
  expect(offerIn(mounted) === null).to.equal(true)
})

it('offers no address that contains the session or that no camera opens, and says once on the console why', async () => {
  const refused = [
    ['https://ullarbudin.is/?session=cs_secret', 'contains the session'],
    ['https://ullarbudin.is/#cs_secret', 'contains the session'],
    ['https://ullarbudin.is/?s=%63s_secret', 'contains the session'],
    ['javascript:alert(1)', 'is no http(s) URL'],
    ['https://', 'is no http(s) URL'],
    [`https://ullarbudin.is/${'x'.repeat(379)}`, 'has more than 400 characters'],
  ] as const
  for (const [address, reason] of refused) {
    const lines = await errorsOf(async () => {
      const mounted = await mountWith(address)
      expect(offerIn(mounted) === null, address).to.equal(true)
      mounted.element.refresh()
      await settle()
    })
    expect(lines, address).to.have.length(1)
    expect(lines[0]).to.contain(reason).and.not.contain('cs_secret')
  }
})

it('adds neither the session nor the number to the address', async () => {
  const mounted = await mountWith(order)
  mounted.type('8223281')
  const text = await read(await codeIn(mounted))
  expect(text).to.equal(order)
  expect(textOf(offerIn(mounted)!)).to.not.contain('3281')
})
