import { expect, fixture, html, waitUntil } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { isFinal } from '../../server/protocol/index.ts'
import { browserPlatform } from '../../widget/platform.ts'
import { FakeBackend } from './support/backend.ts'
import { ManualClock, settle } from './support/clock.ts'
import { mount, mountElement, fakePlatform, textOf, type Mounted } from './support/mount.ts'
import { formStates, states, posStates } from './support/snapshots.ts'

/** Does what Chrome's translation does: replaces each text node with an element that contains the translation. */
function translate(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  while (walker.nextNode()) texts.push(walker.currentNode as Text)
  for (const text of texts) {
    if (!text.data.trim()) continue
    const outer = document
      .createRange()
      .createContextualFragment(`<font><font>«${text.data}»</font></font>`)
    text.replaceWith(outer)
  }
}

describe('a page translated by the browser', () => {
  const elements = {
    'netgiro-checkout': states,
    'netgiro-pos': posStates,
    'avarda-checkout': formStates,
  } as const

  for (const [tag, all] of Object.entries(elements) as [keyof typeof elements, typeof states][]) {
    it(`<${tag}> shows every next state after the previous one was translated`, async () => {
      const entries = Object.entries(all)
      for (const [index, [name, state]] of entries.entries()) {
        const [nextName, next] = entries[(index + 1) % entries.length]!
        const mounted = await mountElement(tag, { ...state, version: 1 })
        translate(mounted.element.renderRoot)
        mounted.backend.snapshot = { ...next, version: 2 }
        // A checkout that is over is not followed any more; the next one takes another session.
        if (isFinal(state.status)) mounted.element.session = 'cs_next'
        else mounted.backend.stream.send(mounted.backend.snapshot)
        await settle()
        const fresh = await mountElement(tag, { ...next, version: 2 })
        // Texts that did not change may stay translated.
        // The live region contains what is new, which depends on what was there before.
        for (const { find } of [mounted, fresh]) find('[role=status]').textContent = ''
        const seen = mounted.text().replaceAll(/[«»]/g, '')
        expect(seen, `${nextName} after ${name}`).to.equal(fresh.text())
        mounted.element.remove()
        fresh.element.remove()
      }
    })
  }

  it('shows that the checkout is paid after the view was translated', async () => {
    const { element, backend, find } = await mount(states['awaiting the shopper'])
    translate(element.renderRoot)
    expect(textOf(find('h2'))).to.match(/^«Staðfestu/)
    backend.publish({ status: 'paid' })
    await settle()
    expect(textOf(find('h2'))).to.equal('Greiðsla tókst')
    expect(textOf(find('[role=status]'))).to.equal('Takk fyrir.')
  })

  it('continues the countdown after the view was translated', async () => {
    const { element, find, clock } = await mount(states['awaiting the shopper'])
    translate(element.renderRoot)
    await clock.advance(1_000)
    expect(textOf(find('[role=timer]'))).to.equal('Gildir í 2:59')
  })

  it('leaves translated texts alone while nothing changes', async () => {
    const { element, find } = await mount(states['awaiting the shopper'])
    translate(element.renderRoot)
    element.requestUpdate()
    await settle()
    expect(textOf(find('h2'))).to.match(/^«Staðfestu/)
  })

  it('shows validation errors and problems after the view was translated', async () => {
    const mounted = await mount()
    translate(mounted.element.renderRoot)
    mounted.type('555')
    await mounted.submit()
    expect(textOf(mounted.find('#hint'))).to.contain('Sláðu inn íslenskt farsímanúmer')
    mounted.backend.overrides['/start'] = mounted.backend.unreachable
    mounted.type('8223281')
    await mounted.submit()
    expect(textOf(mounted.find('[role=alert]'))).to.contain('Samband rofnaði')
  })
})

describe('a page with styles of its own', () => {
  const inside = async (style: string, attributes: Record<string, string> = {}) => {
    const mounted = await mount({ ...states['awaiting the shopper'], merchant: 'Ull og band' })
    const parent = mounted.element.parentElement!
    parent.style.cssText = style
    for (const [name, value] of Object.entries(attributes)) parent.setAttribute(name, value)
    return mounted
  }
  const styleOf = ({ find }: Mounted, selector: string) => getComputedStyle(find(selector))

  it('inherits no text styles from ancestors', async () => {
    const plain = await inside('')
    const leaky = await inside(
      `white-space: nowrap; letter-spacing: 1em; word-spacing: 3em; text-transform: uppercase;
       text-indent: 5em; line-height: 4; text-align: center; font-style: italic; font-weight: 900;
       font-variant: small-caps; hyphens: auto; word-break: break-all; text-shadow: 1px 1px red;
       direction: rtl; cursor: wait; font-family: fantasy`,
    )
    for (const selector of [
      'h2',
      '[part=amount]',
      '[part=hint]',
      '[part=cancel]',
      '[part=merchant]',
    ]) {
      for (const name of [
        ...['white-space', 'letter-spacing', 'word-spacing', 'text-transform', 'text-indent'],
        ...['line-height', 'text-align', 'font-style', 'font-weight', 'font-variant', 'hyphens'],
        ...['word-break', 'text-shadow', 'direction', 'font-family'],
      ]) {
        const [expected, seen] = [plain, leaky].map((mounted) =>
          styleOf(mounted, selector).getPropertyValue(name),
        )
        expect(seen, `${name} of ${selector}`).to.equal(expected)
      }
    }
  })

  it('keeps the direction of its language on a right-to-left page', async () => {
    const mounted = await inside('', { dir: 'rtl' })
    expect(mounted.find('[part=card]').dir).to.equal('ltr')
    expect(styleOf(mounted, 'h2').direction).to.equal('ltr')
  })

  it('follows color-scheme and visibility of the page', async () => {
    const dark = await inside('color-scheme: dark')
    const light = await inside('color-scheme: light')
    expect(styleOf(dark, 'h2').color).to.not.equal(styleOf(light, 'h2').color)
    const hidden = await inside('visibility: hidden')
    expect(styleOf(hidden, 'h2').visibility).to.equal('hidden')
  })

  it('keeps the direction of its language in the dialog and its button', async () => {
    const { element, find } = await inside('', { dir: 'rtl' })
    element.setAttribute('layout', 'dialog')
    await settle()
    for (const selector of ['[part~=opener]', 'dialog', '[part=card]'])
      expect(getComputedStyle(find(selector)).direction, selector).to.equal('ltr')
  })

  it('a button cannot be pressed where the page has switched the pointer off', async () => {
    const { element, find } = await inside('pointer-events: none')
    expect(getComputedStyle(find('[part=cancel]')).pointerEvents).to.equal('none')
    element.setAttribute('layout', 'dialog')
    await settle()
    expect(getComputedStyle(find('[part~=opener]')).pointerEvents).to.equal('none')
  })

  describe('a page with a small root font size', () => {
    before(() => document.documentElement.style.setProperty('font-size', '62.5%'))
    after(() => document.documentElement.style.removeProperty('font-size'))

    for (const tag of ['netgiro-checkout', 'netgiro-pos'] as const) {
      it(`<${tag}> stays legible and keeps its controls at least 44 pixels high`, async () => {
        const { find } = await mountElement(tag)
        const px = (selector: string): number =>
          parseFloat(getComputedStyle(find(selector)).fontSize)
        expect(px('input[part=input]')).to.be.at.least(16)
        expect(px('[part=hint]')).to.be.at.least(14)
        for (const part of ['input', 'button']) {
          expect(find(`[part=${part}]`).getBoundingClientRect().height).to.be.at.least(44)
        }
      })
    }
  })

  it('scales with --netgiro-font-size and keeps the field at 16 pixels or more', async () => {
    const { element, find } = await mount()
    const px = (selector: string): number => parseFloat(getComputedStyle(find(selector)).fontSize)
    const defaultSize = px('[part=amount]')
    element.style.setProperty('--netgiro-font-size', '20px')
    expect(px('[part=amount]') / defaultSize).to.be.closeTo(1.25, 0.01)
    element.style.setProperty('--netgiro-font-size', '12px')
    expect(px('input')).to.be.at.least(16)
    expect(find('button').getBoundingClientRect().height).to.be.at.least(44)
  })
})

describe('texts of the shop', () => {
  const stackMarks = (text: string): string => text + '\u0351\u0357\u0316\u0320'.repeat(40)
  const boxOf = ({ find }: Mounted, part: string) => find(`[part=${part}]`).getBoundingClientRect()

  it('texts of the shop do not paint over their surroundings when diacritics are stacked', async () => {
    const plain = await mount({ merchant: 'Z', description: 'Z' })
    const marked = await mount({ merchant: stackMarks('Z'), description: stackMarks('Z') })
    for (const part of ['merchant', 'amount', 'details']) {
      expect(boxOf(marked, part).height, part).to.be.closeTo(boxOf(plain, part).height, 2)
    }
    for (const selector of ['[part=payee]', '[part=details]', '[part=details] bdi']) {
      expect(getComputedStyle(marked.find(selector)).overflowY, selector).to.equal('clip')
    }
  })

  it('texts of the shop do not move the reference when they are written from right to left', async () => {
    for (const description of [
      'שלום עולם 500',
      '\u202e500 rk',
      '\u2069\u2069\u202eabc',
      '\u2067x',
    ]) {
      const { element, find } = await mount({ description, reference: 'WEB-1234' })
      const [text, , reference] = find('[part=details]').querySelectorAll('bdi')
      expect(reference!.textContent).to.equal('WEB-1234')
      const [left, right] = [text!.getBoundingClientRect(), reference!.getBoundingClientRect()]
      expect(left.right, description).to.be.at.most(right.left)
      element.remove()
    }
  })
})

describe('a page with restrictions', () => {
  it('sends the number with the button and with Enter in a sandbox without forms', async () => {
    const frame = await fixture<HTMLIFrameElement>(
      html`<iframe title="shop" sandbox="allow-scripts allow-same-origin"></iframe>`,
    )
    const shop = frame.contentDocument!
    const script = shop.createElement('script')
    Object.assign(script, { src: '/widget/dist/netgiro-checkout.js', type: 'module' })
    await new Promise((resolve) => {
      script.onload = resolve
      shop.body.append(script)
    })
    for (const press of ['button', 'Enter']) {
      const backend = new FakeBackend()
      const element = shop.createElement('netgiro-checkout')
      element.platform = fakePlatform(backend, new ManualClock())
      element.session = 'cs'
      shop.body.append(element)
      await settle()
      const input = element.shadowRoot!.querySelector('input')!
      input.value = '8223281'
      if (press === 'button') element.shadowRoot!.querySelector('button')!.click()
      else {
        frame.focus()
        input.focus()
        await sendKeys({ press: 'Enter' })
      }
      await settle()
      expect(backend.requestsTo('POST', '/start'), press).to.have.length(1)
      element.remove()
    }
  })

  for (const [name, forbid] of Object.entries({
    'prevents Enter': (event: KeyboardEvent) => {
      if (event.key === 'Enter') event.preventDefault()
    },
    'swallows Enter': (event: KeyboardEvent) => {
      if (event.key === 'Enter') event.stopImmediatePropagation()
      if (event.key === 'Enter') event.preventDefault()
    },
  })) {
    it(`sends the number with the button when the page ${name} everywhere`, async () => {
      const mounted = await mount()
      document.addEventListener('keydown', forbid, true)
      try {
        mounted.type('8223281')
        mounted.find('[part=button]').focus()
        await sendKeys({ press: ' ' })
        await settle()
      } finally {
        document.removeEventListener('keydown', forbid, true)
      }
      expect(mounted.backend.requestsTo('POST', '/start')).to.have.length(1)
    })
  }

  it('sends the number with Enter when the page prevents native form submission', async () => {
    const mounted = await mount()
    const forbid = (event: Event): void => event.preventDefault()
    document.addEventListener('submit', forbid, true)
    mounted.element.focus()
    await sendKeys({ type: '8223281' })
    await sendKeys({ press: 'Enter' })
    await settle()
    document.removeEventListener('submit', forbid, true)
    expect(mounted.backend.requestsTo('POST', '/start')).to.have.length(1)
  })
})

describe('a page with instrumentation', () => {
  const unhandled: unknown[] = []
  const recordError = (event: PromiseRejectionEvent | ErrorEvent): void => {
    unhandled.push('reason' in event ? event.reason : event.error)
  }
  const originals = {
    fetch: window.fetch.bind(window),
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
    setTimeout: window.setTimeout.bind(window),
  }

  beforeEach(() => {
    unhandled.length = 0
    originals.addEventListener('unhandledrejection', recordError as EventListener)
    originals.addEventListener('error', recordError as EventListener)
  })
  afterEach(() => {
    Object.assign(window, originals)
    originals.removeEventListener('unhandledrejection', recordError as EventListener)
    originals.removeEventListener('error', recordError as EventListener)
  })

  /** A wrapper that throws unless it is called as a method of the window. */
  const requireWindowAsThis = <T extends (...args: never[]) => unknown>(method: T): T =>
    function (this: unknown, ...args: never[]) {
      if (this !== window) throw new TypeError('Illegal invocation')
      return method.apply(window, args)
    } as unknown as T

  it('the element works with wrappers that require `this` to be the window', async () => {
    window.addEventListener = requireWindowAsThis(originals.addEventListener)
    window.removeEventListener = requireWindowAsThis(originals.removeEventListener)
    window.fetch = requireWindowAsThis(originals.fetch)
    window.setTimeout = requireWindowAsThis<typeof originals.setTimeout>(originals.setTimeout)
    for (const tag of ['netgiro-checkout', 'netgiro-pos'] as const) {
      const { element, backend } = await mountElement(tag, states['awaiting the shopper'])
      backend.snapshot = { ...backend.snapshot, version: 9, status: 'confirming' }
      window.dispatchEvent(new Event('online'))
      await settle()
      expect(element.snapshot?.status, tag).to.equal('confirming')
      element.remove()
      await settle()
    }
    const stop = browserPlatform.after(0, () => undefined)
    stop()
    await new Promise<void>((resolve) => browserPlatform.afterPaint(resolve))
    expect((await browserPlatform.fetch('/test/widget/support/form-script.js')).ok).to.equal(true)
    expect(unhandled).to.be.empty
  })

  it('the page receives no unhandled rejection when the element is removed, changes its session or resumes', async () => {
    const { element, backend, clock } = await mount(states['awaiting the shopper'])
    window.dispatchEvent(new Event('online'))
    await settle()
    backend.overrides[''] = backend.neverRespond
    element.session = 'cs_other'
    await clock.advance(11_000)
    element.remove()
    await clock.advance(1_000)
    await new Promise((resolve) => originals.setTimeout(resolve, 0))
    expect(unhandled).to.be.empty
  })

  it('the page can read a clone of every response', async () => {
    const { element, backend, clock, platform } = await mount(states['awaiting the shopper'])
    const copies: string[] = []
    const { fetch } = platform
    Object.assign(platform, {
      fetch: async (...request: Parameters<typeof fetch>) => {
        const response = await fetch(...request)
        void response
          .clone()
          .text()
          .then(
            (text) => copies.push(text),
            () => copies.push('aborted'),
          )
        return response
      },
    })
    const before = backend.streams.length
    element.session = 'cs_watched'
    // Reading a clone takes an unknown number of event loop turns.
    await waitUntil(() => backend.streams.length > before)
    await waitUntil(() => element.snapshot?.status === 'awaiting_shopper')
    await settle()
    backend.publish({ status: 'confirming' })
    await waitUntil(() => element.snapshot?.status === 'confirming')
    element.remove()
    await clock.advance(1_000)
    await waitUntil(() => copies.length === 1)
    expect(unhandled).to.be.empty
  })

  it('the page sees no completed request aborted', async () => {
    const { element, backend, clock } = await mount(states['awaiting the shopper'])
    await element.cancel()
    const [cancel] = backend.requestsTo('POST', '')
    element.remove()
    await clock.advance(1_000)
    expect(cancel!.signal.aborted).to.equal(false)
  })
})
