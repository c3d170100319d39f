import { expect, fixture, html } from '@open-wc/testing'
import { emulateMedia, sendKeys } from '@web/test-runner-commands'
import { browserPlatform } from '../../widget/platform.ts'
import { settle } from './support/clock.ts'
import { mount, mountElement } from './support/mount.ts'
import { formStates, posStates, states } from './support/snapshots.ts'

const waiting = states['awaiting the shopper']!

/** Hides the page until the function that is returned is called. */
function hidePage(): () => void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: true })
  return () => {
    Reflect.deleteProperty(document, 'hidden')
    document.dispatchEvent(new Event('visibilitychange'))
  }
}

const icons = (): string[] =>
  [...document.querySelectorAll<HTMLLinkElement>('link[rel=icon]')].map(({ href }) => href)

/** The patterns by which the device was asked to vibrate. */
function recordVibration(): unknown[] {
  const patterns: unknown[] = []
  const vibrate = (pattern: unknown): boolean => !!patterns.push(pattern)
  Object.defineProperty(navigator, 'vibrate', { configurable: true, value: vibrate })
  return patterns
}

/** The tones that were started. */
async function tonesDuring(task: () => Promise<unknown>): Promise<OscillatorNode[]> {
  const tones: OscillatorNode[] = []
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this` below
  const { start } = OscillatorNode.prototype
  OscillatorNode.prototype.start = function (when) {
    tones.push(this)
    start.call(this, when)
  }
  try {
    await task()
  } finally {
    OscillatorNode.prototype.start = start
  }
  return tones
}

/** The frequencies that were played, in hertz. */
const heardDuring = async (task: () => Promise<unknown>): Promise<number[]> =>
  (await tonesDuring(task)).map(({ frequency }) => Math.round(frequency.value))

const playedDuring = async (task: () => Promise<unknown>): Promise<BaseAudioContext[]> =>
  (await tonesDuring(task)).map(({ context }) => context)

async function endWith(state: object, notify: string): Promise<void> {
  const { element, backend } = await mount(waiting)
  element.setAttribute('notify', notify)
  backend.publish({ ...state, version: 90 })
  await settle()
}

// Before any key is pressed in this page, which cannot be taken back.
it('neither vibrates nor sounds in a page that nobody has touched', async () => {
  expect(navigator.userActivation.hasBeenActive).to.equal(false)
  const patterns = recordVibration()
  expect(await heardDuring(() => endWith(states['paid']!, 'sound vibration'))).to.be.empty
  expect(patterns).to.be.empty
})

describe('an outcome', () => {
  for (const [tag, before, paid, title] of [
    ['netgiro-checkout', waiting, states['paid'], '✓ Greiðsla tókst – Ullarbúðin'],
    [
      'netgiro-pos',
      posStates['awaiting the shopper'],
      states['paid'],
      '✓ Greiðsla tókst – Ullarbúðin',
    ],
    [
      'avarda-checkout',
      formStates['in the form'],
      formStates['paid'],
      '✓ Greiðsla tókst – Ullarbúðin',
    ],
  ] as const) {
    it(`an outcome of <${tag}> shows in the title of the page while its tab is hidden, and no longer`, async () => {
      const { backend } = await mountElement(tag, before)
      document.title = 'Ullarbúðin'
      const showPage = hidePage()
      backend.publish({ ...paid, version: 90 })
      await settle()
      expect(document.title).to.equal(title)
      showPage()
      expect(document.title).to.equal('Ullarbúðin')
    })
  }

  it('shows the newest of several in the title, and none of them once the page is looked at', async () => {
    const { backend } = await mount(waiting)
    document.title = 'Ullarbúðin'
    const showPage = hidePage()
    backend.publish({ ...states['declined']!, version: 90 })
    await settle()
    backend.publish({ ...states['paid']!, version: 91 })
    await settle()
    expect(document.title).to.equal('✓ Greiðsla tókst – Ullarbúðin')
    showPage()
    expect(document.title).to.equal('Ullarbúðin')
  })

  it('leaves the title of a visible page alone, and one that the page has changed since', async () => {
    document.title = 'Ullarbúðin'
    const visible = await mount(waiting)
    visible.backend.publish({ status: 'paid' })
    await settle()
    expect(document.title).to.equal('Ullarbúðin')
    const hidden = await mount(waiting)
    const showPage = hidePage()
    hidden.backend.publish({ status: 'paid' })
    await settle()
    document.title = 'Takk fyrir pöntunina'
    showPage()
    expect(document.title).to.equal('Takk fyrir pöntunina')
  })

  for (const name of ['hidden', 'title']) {
    it(`leaves a page alone that contains <form name="${name}">`, async () => {
      document.title = 'Ullarbúðin'
      const form = await fixture(html`<form name=${name}></form>`)
      const { backend, find } = await mount(waiting)
      expect(browserPlatform.hidden()).to.equal(false)
      const showPage = name === 'title' ? hidePage() : () => undefined
      backend.publish({ status: 'paid' })
      await settle()
      expect(find('[role=status]').textContent).to.contain('Takk fyrir.')
      showPage()
      form.remove()
      expect(document.title).to.equal('Ullarbúðin')
    })
  }

  it('an outcome that is there when the page opens draws no attention', async () => {
    document.title = 'Ullarbúðin'
    const showPage = hidePage()
    const { element } = await mount(states['paid'])
    element.setAttribute('locale', 'en')
    await settle()
    expect(document.title).to.equal('Ullarbúðin')
    showPage()
  })

  it('shows as the icon of a hidden page where the page wants that, and no longer', async () => {
    const before = icons()
    const showPage = hidePage()
    await endWith(states['paid']!, 'icon')
    expect(icons()).to.have.length(before.length + 1)
    expect(decodeURIComponent(icons().at(-1)!))
      .to.contain('#64c3a2')
      .and.contain('15 25')
    showPage()
    expect(icons()).to.deep.equal(before)
  })

  it('an outcome does not touch the icon of a page that does not want it, nor of one that is looked at', async () => {
    const before = icons()
    const showPage = hidePage()
    await endWith(states['paid']!, 'sound')
    expect(icons()).to.deep.equal(before)
    showPage()
    await endWith(states['paid']!, 'icon')
    expect(icons()).to.deep.equal(before)
  })
})

describe('in a page that was touched', () => {
  before(async () => {
    await sendKeys({ press: 'a' })
    expect(navigator.userActivation.hasBeenActive).to.equal(true)
  })

  it('a payment rises and anything else falls, where the page wants sound', async () => {
    const good = await heardDuring(() => endWith(states['paid']!, 'sound'))
    expect(good).to.have.length(2)
    expect(good[1]).to.be.greaterThan(good[0]!)
    const bad = await heardDuring(() => endWith(states['declined']!, 'sound'))
    expect(bad).to.have.length(2)
    expect(bad[1]).to.be.lessThan(bad[0]!)
    expect(await heardDuring(() => endWith(states['paid']!, 'vibration'))).to.be.empty
  })

  it('sound is played where a browser lets it begin within a click or a key alone, and the outcome comes later', async () => {
    const { element, backend } = await mount(waiting)
    element.setAttribute('notify', 'sound')
    await settle()
    const begun = new Set<unknown>()
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this` below
    const { resume } = AudioContext.prototype
    AudioContext.prototype.resume = function () {
      begun.add(this)
      return resume.call(this)
    }
    try {
      await sendKeys({ press: 'a' })
    } finally {
      AudioContext.prototype.resume = resume
    }
    const contexts = await playedDuring(() => {
      backend.publish({ ...states['paid']!, version: 90 })
      return settle()
    })
    expect(contexts).to.have.length(2)
    for (const context of contexts) expect(begun.has(context)).to.equal(true)
  })

  it('an outcome is told in words where the browser plays no sound', async () => {
    const { AudioContext } = globalThis
    Reflect.deleteProperty(globalThis, 'AudioContext')
    try {
      const { element, backend, find } = await mount(waiting)
      element.setAttribute('notify', 'sound')
      backend.publish({ status: 'paid' })
      await settle()
      expect(find('[role=status]').textContent).to.contain('Takk fyrir.')
    } finally {
      Object.assign(globalThis, { AudioContext })
    }
  })

  it('the device vibrates where the page wants that, and for a hidden page on return', async () => {
    const patterns = recordVibration()
    await endWith(states['paid']!, 'icon vibration')
    expect(patterns).to.deep.equal([[200]])
    const showPage = hidePage()
    await endWith(states['declined']!, 'vibration')
    expect(patterns).to.have.length(1)
    showPage()
    expect(patterns).to.deep.equal([[200], [80, 80, 80]])
    await endWith(states['paid']!, 'icon sound')
    expect(patterns).to.have.length(2)
  })

  it('the device does not vibrate for a person who wants less motion', async () => {
    const patterns = recordVibration()
    await emulateMedia({ reducedMotion: 'reduce' })
    await endWith(states['paid']!, 'vibration')
    await emulateMedia({ reducedMotion: 'no-preference' })
    expect(patterns).to.be.empty
  })
})
