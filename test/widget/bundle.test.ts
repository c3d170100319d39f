import { expect, fixture, html, waitUntil } from '@open-wc/testing'
import { version } from '../../widget/version.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { fakePlatform, textOf } from './support/mount.ts'
import { formStates, states } from './support/snapshots.ts'

/** Loads a built file in a separate page, as a shop would. */
async function loadBundle(file: string, type: string): Promise<Window & typeof globalThis> {
  const frame = await fixture<HTMLIFrameElement>(html`<iframe title="shop"></iframe>`)
  const { contentDocument, contentWindow } = frame
  const script = contentDocument!.createElement('script')
  Object.assign(script, { src: `/widget/dist/${file}`, type })
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
  it(`<netgiro-checkout> works when it is loaded as ${file}`, async () => {
    const { document, customElements } = await loadBundle(file, type)
    expect(customElements.get('netgiro-checkout')).to.exist
    const backend = new FakeBackend()
    const element = document.createElement('netgiro-checkout')
    element.platform = fakePlatform(backend, new ManualClock())
    element.innerHTML = '<a slot="footer" href="#">Help</a>'
    element.setAttribute('locale', 'en')
    element.session = 'cs'
    document.body.append(element)
    await settle()
    const root = element.shadowRoot!
    expect(textOf(root.querySelector('h2')!)).to.equal('Pay with Netgíró')
    expect(backend.requests[0]?.url.origin).to.equal(location.origin)
    expect(element.getAttribute('session')).to.equal('cs')

    const input = root.querySelector('input')!
    input.value = '822 3281'
    input.dispatchEvent(new Event('input'))
    root.querySelector('button')!.click()
    await settle()
    expect(backend.requestsTo('POST', '/start')[0]?.body).to.deep.equal({ phone: '8223281' })
    backend.publish({ status: 'paid' })
    await settle()
    expect(textOf(root.querySelector('h2')!)).to.equal('Payment complete')
  })
}

for (const [file, type] of [
  ['netgiro-checkout.js', 'module'],
  ['netgiro-checkout.iife.js', 'text/javascript'],
] as const) {
  it(`${file} imports the details from beside it, without another copy of Lit`, async () => {
    const shop = await loadBundle(file, type)
    const { backend, root } = await mountIn(shop, 'netgiro-checkout')
    backend.publish({ status: 'awaiting_shopper' })
    const details = `${location.origin}/widget/dist/netgiro-checkout-details.js`
    await until(() => root.querySelector('[part=change]'))
    expect(shop.performance.getEntriesByName(details)).to.have.length(1)
    expect(await sourceOf('netgiro-checkout-details.js')).to.not.contain('lit-noChange')
    backend.publish({ status: 'paid', supportCode: 'WEB-1234-x7k2m9pq' })
    await settle()
    expect(textOf(root.querySelector('[part=code]')!)).to.equal('WEB-1234-x7k2m9pq')
    expect(root.adoptedStyleSheets).to.have.length(2)
  })
}

for (const [file, type] of [
  ['netgiro-checkout.js', 'module'],
  ['netgiro-checkout.iife.js', 'text/javascript'],
] as const) {
  it(`${file} imports another layout and a QR code from beside it, each when it is asked for`, async () => {
    const shop = await loadBundle(file, type)
    const isLoaded = (part: string) => {
      const url = `${location.origin}/widget/dist/netgiro-checkout-${part}.js`
      return shop.performance.getEntriesByName(url).length === 1
    }
    const { root, element } = await mountIn(shop, 'netgiro-checkout')
    expect(isLoaded('layout')).to.equal(false)
    element.setAttribute('layout', 'dialog')
    element.setAttribute('hand-off', 'https://shop.example/continue#a')
    await until(() => root.querySelector('dialog [part=hand-off]'))
    expect(isLoaded('qr')).to.equal(false)
    root.querySelector<HTMLDetailsElement>('[part=hand-off]')!.open = true
    await until(() => root.querySelector('[part=qr]'))
    expect(isLoaded('layout') && isLoaded('qr')).to.equal(true)
    for (const part of ['layout', 'qr'])
      expect(await sourceOf(`netgiro-checkout-${part}.js`)).to.not.contain('lit-noChange')
  })
}

/** Waits for something that arrives over the network, as long as the test may take. */
async function until<T>(find: () => T): Promise<NonNullable<T>> {
  for (;;) {
    const found = find()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

for (const tag of ['netgiro-pos', 'avarda-checkout'] as const) {
  for (const [file, type] of [
    [`${tag}.js`, 'module'],
    [`${tag}.iife.js`, 'text/javascript'],
  ] as const) {
    it(`<${tag}> works when it is loaded as ${file}`, async () => {
      const { document } = await loadBundle(file, type)
      const backend = new FakeBackend()
      const element = document.createElement(tag)
      element.platform = fakePlatform(backend, new ManualClock())
      element.setAttribute('locale', 'en')
      element.session = 'cs'
      document.body.append(element)
      await settle()
      const root = element.shadowRoot!
      // Both style sheets are adopted.
      expect(root.adoptedStyleSheets).to.have.length(2)
      await element.start('822 3281')
      expect(backend.requestsTo('POST', '/start')[0]?.body).to.deep.equal(
        tag === 'netgiro-pos' ? { phone: '8223281' } : {},
      )
      for (const status of ['awaiting_shopper', 'awaiting_code', 'paid'] as const) {
        backend.publish({ status })
        await settle()
      }
      expect(textOf(root.querySelector('h2')!)).to.equal('Payment complete')
      expect(root.querySelector('[part~=icon]')).to.exist
    })
  }
}

/** Opens a separate page with the given content. */
async function shopPage(content: string): Promise<Window & typeof globalThis> {
  const frame = await fixture<HTMLIFrameElement>(html`<iframe title="shop"></iframe>`)
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  frame.srcdoc = content
  await loaded
  return frame.contentWindow as Window & typeof globalThis
}

/** Mounts an element in a page with a fake backend, and collects the codes of its `netgiro-error` events. */
async function mountIn(
  { document }: Window & typeof globalThis,
  tag: 'netgiro-checkout' | 'netgiro-pos' | 'avarda-checkout',
  attributes: Record<string, string> = {},
) {
  const backend = new FakeBackend()
  const element = document.createElement(tag)
  element.platform = fakePlatform(backend, new ManualClock())
  const codes: string[] = []
  element.addEventListener('netgiro-error', ({ code }: { code: string }) => codes.push(code))
  for (const [name, value] of Object.entries({ session: 'cs', locale: 'en', ...attributes })) {
    element.setAttribute(name, value)
  }
  const fallback = document.createElement('a')
  Object.assign(fallback, { href: '#', textContent: 'Another way' })
  element.append(fallback)
  document.body.append(element)
  await settle()
  return { backend, element, codes, root: element.shadowRoot! }
}

const withoutConsoleErrors = async <T>(task: () => Promise<T>): Promise<T> => {
  const { error } = console
  console.error = () => undefined
  try {
    return await task()
  } finally {
    console.error = error
  }
}

const sourceOf = async (file: string): Promise<string> =>
  (await fetch(`/widget/dist/${file}`)).text()

for (const decoy of ['<img name="currentScript" src="https://elsewhere.example/x.js">'].flatMap(
  (image) => [image, `<form name="currentScript"></form>${image}`],
)) {
  it(`uses the server of its own script when the page contains ${decoy}`, async () => {
    const shop = await shopPage(
      `${decoy}<script src="/widget/dist/netgiro-checkout.iife.js"></script>`,
    )
    const { backend } = await mountIn(shop, 'netgiro-checkout')
    expect(backend.requests[0]?.url.href).to.equal(`${location.origin}/widget/dist/v1/session`)
  })
}

it('uses the path that its script was served under', async () => {
  const shop = await shopPage(
    '<script type="module" src="/widget/dist/netgiro-checkout.js"></script>',
  )
  const { backend } = await mountIn(shop, 'netgiro-checkout')
  expect(backend.requests[0]?.url.href).to.equal(`${location.origin}/widget/dist/v1/session`)
})

for (const [name, file, type] of [
  ['a classic script', 'netgiro-checkout.iife.js', 'text/javascript'],
  ['a module', 'netgiro-checkout.js', 'module'],
] as const) {
  it(`reports unreachable when it is inlined into the page as ${name} without a server`, async () => {
    const code = (await sourceOf(file)).replaceAll('</script', '<\\/script')
    const shop = await shopPage(`<script type="${type}">${code}</script>`)
    expect(shop.customElements.get('netgiro-checkout')).to.exist
    await withoutConsoleErrors(async () => {
      const { backend, codes, root, element } = await mountIn(shop, 'netgiro-checkout')
      expect(backend.requests.length).to.equal(0)
      expect(codes).to.deep.equal(['unreachable'])
      expect(textOf(root.querySelector('[role=alert]')!)).to.contain('could not be reached')
      expect(element.querySelector('a')!.checkVisibility()).to.equal(true)
    })
    const named = await mountIn(shop, 'netgiro-checkout', { server: 'https://pay.example' })
    expect(named.backend.requests[0]?.url.href).to.equal('https://pay.example/v1/session')
    expect(textOf(named.root.querySelector('h2')!)).to.equal('Pay with Netgíró')
  })
}

const clobbered = [
  'createComment',
  'createTreeWalker',
  'importNode',
  'createTextNode',
  'createElement',
  'defaultView',
]

for (const name of clobbered) {
  for (const when of ['before its script', 'after its script'] as const) {
    it(`renders on a page that contains <form name="${name}"> ${when}`, async () => {
      const form = `<form name="${name}"></form>`
      const script = '<script src="/widget/dist/netgiro-checkout.iife.js"></script>'
      const shop = await shopPage(when === 'before its script' ? form + script : script + form)
      const backend = new FakeBackend()
      const element = new (shop.customElements.get('netgiro-checkout')!)()
      Object.assign(element, {
        platform: fakePlatform(backend, new ManualClock()),
        session: 'cs',
        locale: 'en',
      })
      shop.document.body.append(element)
      await settle()
      expect(textOf(element.shadowRoot!.querySelector('h2')!)).to.equal('Pay with Netgíró')
      expect(element.shadowRoot!.adoptedStyleSheets).to.have.length(1)
      backend.publish({ status: 'awaiting_shopper' })
      await until(() => element.shadowRoot!.querySelector('[part=change]'))
      expect(element.shadowRoot!.adoptedStyleSheets).to.have.length(2)
    })
  }
}

/** What old libraries put in the place of the browser's own. */
const oldLibraries = {
  'MooTools 1': `
    window.Document = class {}
    window.Event = class { constructor({ target }) { this.target = target.ownerDocument } }
    Array.from = (items) => Array.prototype.slice.call(items)`,
  'Prototype 1.7': `
    Array.from = ({ length }) => Array.prototype.slice.call(new Array(length))
    HTMLElement.prototype.remove = function () { this.parentNode.removeChild(this) }`,
  Datejs: 'Date.parse = (text) => new Date(text)',
}

for (const [library, code] of Object.entries(oldLibraries)) {
  for (const [file, script] of [
    ['netgiro-checkout.js', '<script type="module" src="/widget/dist/netgiro-checkout.js">'],
    ['netgiro-checkout.iife.js', '<script src="/widget/dist/netgiro-checkout.iife.js">'],
  ] as const) {
    it(`takes a payment as ${file} on a page with ${library}`, async () => {
      const shop = await shopPage(`<script>${code}</script>${script}</script>`)
      const errors: unknown[] = []
      shop.addEventListener('error', ({ message }) => errors.push(message))
      shop.addEventListener('unhandledrejection', ({ reason }) => errors.push(reason))
      const { element, root, backend } = await mountIn(shop, 'netgiro-checkout', {
        'hand-off': 'https://shop.example/continue#a',
      })
      const handOff = await until(() => root.querySelector<HTMLDetailsElement>('[part=hand-off]'))
      handOff.open = true
      const drawing = await until(() => root.querySelector('[part=qr] path'))
      expect(drawing.getAttribute('d')).to.match(/^M0 0h1v1h-1zM1 0/)
      await element.start('822 3281')
      expect(backend.requestsTo('POST', '/start')).to.have.length(1)
      backend.publish({ status: 'awaiting_shopper' })
      element.setAttribute('layout', 'dialog')
      await until(() => root.querySelector('dialog [part=cancel]'))
      backend.publish({ status: 'paid' })
      await settle()
      expect(textOf(root.querySelector('[part~=opener]')!)).to.equal('Payment complete')
      expect(root.querySelector('[part=hand-off]')).to.equal(null)
      element.removeAttribute('hand-off')
      await settle()
      expect(errors).to.be.empty
    })
  }
}

it('counts down on a page that has a variable called performance', async () => {
  const shop = await shopPage(
    `<script>var performance = { hall: 'A' }</script>
     <script src="/widget/dist/netgiro-checkout.iife.js"></script>`,
  )
  const backend = new FakeBackend()
  backend.snapshot = states['awaiting the shopper']!
  shop.fetch = backend.fetch
  const element = shop.document.createElement('netgiro-checkout')
  Object.assign(element, { session: 'cs', locale: 'en' })
  shop.document.body.append(element)
  const timer = await until(() => element.shadowRoot!.querySelector('[role=timer]'))
  expect(textOf(timer)).to.match(/^Valid for \d:\d\d$/)
  await until(() => textOf(timer) === 'Valid for 2:58')
})

it('shows the fallback and dispatches internal_error when it cannot render', async () => {
  const shop = await shopPage('<script src="/widget/dist/netgiro-checkout.iife.js"></script>')
  shop.Document.prototype.importNode = () => {
    throw new Error('out of order')
  }
  await withoutConsoleErrors(async () => {
    const { element, codes } = await mountIn(shop, 'netgiro-checkout')
    expect(element.querySelector('a')!.checkVisibility()).to.equal(true)
    expect(codes).to.deep.equal(['internal_error'])
  })
})

it('begins each served file with its version and the copyright of what else is inside', async () => {
  for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout']) {
    for (const file of [`${tag}.js`, `${tag}.iife.js`]) {
      const [line] = (await sourceOf(file)).split('\n')
      expect(line, file).to.match(
        new RegExp(`^/\\*! netgiro-checkout ${version}, MIT; Lit: Copyright 2017 Google LLC`),
      )
    }
  }
  expect(await sourceOf('netgiro-diagnosis.js')).to.match(
    new RegExp(`^/\\*! netgiro-checkout ${version}, MIT \\*/\n`),
  )
  expect(await sourceOf('netgiro-checkout-qr.js')).to.match(
    new RegExp(`^/\\*! netgiro-checkout ${version}, MIT; lean-qr: Copyright .+, MIT \\*/\n`),
  )
})

it('says what is wrong without its session where the explanation cannot be loaded', async () => {
  const shop = await shopPage('<!doctype html>')
  const lines: unknown[][] = []
  const { console } = shop as unknown as { console: Console }
  console.error = (...line: unknown[]) => void lines.push(line)
  const script = shop.document.createElement('script')
  script.type = 'module'
  script.textContent = (await sourceOf('netgiro-checkout.js')).replace(
    './netgiro-diagnosis.js',
    'data:text/javascript,throw+1',
  )
  shop.document.body.append(script)
  const element = shop.document.createElement('netgiro-checkout')
  element.setAttribute('session', 'no session at all')
  element.setAttribute('server', location.origin)
  shop.document.body.append(element)
  await waitUntil(() => lines.length > 0)
  expect(lines).to.deep.equal([['netgiro:', 'setup', 'unknown_session', location.origin]])
})

describe('two copies of one script', () => {
  /** The second copy is a module of its own, with another version. */
  const load = async (change: (source: string) => string) => {
    const shop = await shopPage('<!doctype html>')
    const lines: string[] = []
    const { console } = shop as unknown as { console: Console }
    console.warn = (line: string) => void lines.push(line)
    const base = new URL('/widget/dist/', location.href).href
    const original = await sourceOf('netgiro-checkout.js')
    for (const source of [original, change(original)]) {
      const script = shop.document.createElement('script')
      script.type = 'module'
      script.textContent = source.replace('./netgiro-diagnosis.js', `${base}netgiro-diagnosis.js`)
      shop.document.body.append(script)
    }
    await waitUntil(() => lines.length > 0)
    return { lines, shop }
  }

  it('says on the console that the page loads the same version twice', async () => {
    const { lines } = await load((source) => source)
    expect(lines).to.have.length(1)
    expect(lines[0]).to.contain(`defines <netgiro-checkout> twice: both of version ${version}`)
  })

  it('says on the console which of two versions is used, and uses the first', async () => {
    const { lines, shop } = await load((source) => source.replaceAll(version, '9.9.9'))
    expect(lines[0]).to.contain(`version ${version} is used, version 9.9.9 is not`)
    const used = shop.customElements.get('netgiro-checkout') as unknown as { version: string }
    expect(used.version).to.equal(version)
  })
})

describe('two bundles on one page under Trusted Types', () => {
  const policy = (names: string): string =>
    `<meta http-equiv="Content-Security-Policy" content="script-src ${location.origin}; ` +
    `require-trusted-types-for 'script'; trusted-types ${names}">`
  const scripts = ['netgiro-checkout', 'netgiro-pos']
    .map((tag) => `<script type="module" src="/widget/dist/${tag}.js"></script>`)
    .join('')

  it('renders both elements when the policy allows duplicates', async () => {
    const shop = await shopPage(policy("lit-html 'allow-duplicates'") + scripts)
    for (const tag of ['netgiro-checkout', 'netgiro-pos'] as const) {
      const { root } = await mountIn(shop, tag)
      expect(textOf(root.querySelector('h2')!), tag).to.match(/with Netgíró/)
    }
  })

  it('shows the fallback of the second element and reports internal_error when the policy forbids duplicates', async () => {
    const shop = await shopPage(policy('lit-html') + scripts)
    const first = await mountIn(shop, 'netgiro-checkout')
    expect(textOf(first.root.querySelector('h2')!)).to.equal('Pay with Netgíró')
    await withoutConsoleErrors(async () => {
      const second = await mountIn(shop, 'netgiro-pos')
      expect(second.codes).to.deep.equal(['internal_error'])
      expect(second.element.querySelector('a')!.checkVisibility()).to.equal(true)
    })
  })
})

it('loads the provider’s script under a strict content security policy with Trusted Types', async () => {
  const policy = [
    ...["default-src 'none'", `script-src ${location.origin}`],
    "require-trusted-types-for 'script'",
    'trusted-types lit-html avarda-checkout',
  ]
  const frame = await fixture<HTMLIFrameElement>(html`<iframe title="shop"></iframe>`)
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
    <script type="module" src="/widget/dist/avarda-checkout.js"></script>`
  await loaded
  const shop = frame.contentWindow as unknown as { formInits?: unknown[]; document: Document }
  const backend = new FakeBackend()
  backend.snapshot = formStates['in the form']!
  const element = shop.document.createElement('avarda-checkout')
  element.platform = fakePlatform(backend, new ManualClock())
  element.session = 'cs'
  const formShown = new Promise((resolve, reject) => {
    element.addEventListener('netgiro-error', ({ code }) => reject(new Error(code)))
    const poll = (): unknown => (shop.formInits ? resolve(0) : requestAnimationFrame(poll))
    poll()
  })
  shop.document.body.append(element)
  await formShown
  expect(shop.formInits).to.have.length(1)
})
