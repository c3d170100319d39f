import { expect, fixture, html } from '@open-wc/testing'
import { Backend } from './support/backend.ts'
import { Clock, settle } from './support/clock.ts'
import { newWorld, textOf } from './support/mount.ts'
import { formStates } from './support/snapshots.ts'

/** A page of its own that loads one of the built files, as a shop would. */
async function page(file: string, type: string): Promise<Window & typeof globalThis> {
  const frame = await fixture<HTMLIFrameElement>(html`<iframe title="shop"></iframe>`)
  const { contentDocument, contentWindow } = frame
  const script = contentDocument!.createElement('script')
  Object.assign(script, { src: `/dist/${file}`, type })
  const loaded = new Promise((resolve, reject) => {
    script.onload = resolve
    script.onerror = () => reject(new Error(`${file} is missing: npm run build`))
  })
  contentDocument!.body.append(script)
  await loaded
  return contentWindow as Window & typeof globalThis
}

for (const [file, type] of [
  ['netgiro-checkout.js', 'module'],
  ['netgiro-checkout.iife.js', 'text/javascript'],
] as const) {
  it(`works as ${file}`, async () => {
    const { document, customElements } = await page(file, type)
    expect(customElements.get('netgiro-checkout')).to.exist
    const backend = new Backend()
    const element = document.createElement('netgiro-checkout')
    element.world = newWorld(backend, new Clock())
    element.innerHTML = '<a slot="footer" href="#">Help</a>'
    element.setAttribute('locale', 'en')
    element.session = 'cs'
    document.body.append(element)
    await settle()
    const root = element.shadowRoot!
    expect(textOf(root.querySelector('h2')!)).to.equal('Pay with Netgíró')
    expect(backend.calls[0]?.url.origin).to.equal(location.origin)
    expect(element.getAttribute('session')).to.equal('cs')

    const input = root.querySelector('input')!
    input.value = '822 3281'
    input.dispatchEvent(new Event('input'))
    root.querySelector('button')!.click()
    await settle()
    expect(backend.to('POST', '/start')[0]?.body).to.deep.equal({ phone: '8223281' })
    backend.tell({ status: 'paid' })
    await settle()
    expect(textOf(root.querySelector('h2')!)).to.equal('Payment complete')
    expect(root.adoptedStyleSheets).to.have.length(1)
  })
}

for (const tag of ['netgiro-pos', 'avarda-checkout'] as const) {
  for (const [file, type] of [
    [`${tag}.js`, 'module'],
    [`${tag}.iife.js`, 'text/javascript'],
  ] as const) {
    it(`works as ${file}`, async () => {
      const { document } = await page(file, type)
      const backend = new Backend()
      const element = document.createElement(tag)
      element.world = newWorld(backend, new Clock())
      element.setAttribute('locale', 'en')
      element.session = 'cs'
      document.body.append(element)
      await settle()
      const root = element.shadowRoot!
      // Both sheets of styles, and the parts of templates that the build takes white space from.
      expect(root.adoptedStyleSheets).to.have.length(2)
      await element.start('822 3281')
      expect(backend.to('POST', '/start')[0]?.body).to.deep.equal(
        tag === 'netgiro-pos' ? { phone: '8223281' } : {},
      )
      for (const status of ['awaiting_shopper', 'awaiting_code', 'paid'] as const) {
        backend.tell({ status })
        await settle()
      }
      expect(textOf(root.querySelector('h2')!)).to.equal('Payment complete')
      expect(root.querySelector('[part=icon]')).to.exist
    })
  }
}

it('loads the provider’s script under a strict policy with Trusted Types', async () => {
  const policy = [
    ...["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"],
    'trusted-types lit-html avarda-checkout',
  ]
  const frame = await fixture<HTMLIFrameElement>(html`<iframe title="shop"></iframe>`)
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
    <script type="module" src="/dist/avarda-checkout.js"></script>`
  await loaded
  const shop = frame.contentWindow as unknown as { formInits?: unknown[]; document: Document }
  const backend = new Backend()
  backend.snapshot = formStates['in the form']!
  const element = shop.document.createElement('avarda-checkout')
  element.world = newWorld(backend, new Clock())
  element.session = 'cs'
  const ended = new Promise((resolve, reject) => {
    element.addEventListener('netgiro-error', ({ code }) => reject(new Error(code)))
    const look = (): unknown => (shop.formInits ? resolve(0) : requestAnimationFrame(look))
    look()
  })
  shop.document.body.append(element)
  await ended
  expect(shop.formInits).to.have.length(1)
})
