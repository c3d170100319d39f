import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { settle } from './support/clock.ts'
import { mount, textOf, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

/** Mounts an element with this layout, in a box of this width. */
async function mountIn(layout: string, initial = states['open'], width = 420): Promise<Mounted> {
  const mounted = await mount(initial, { locale: 'en' })
  mounted.element.parentElement!.style.width = `${width}px`
  mounted.element.setAttribute('layout', layout)
  await settle()
  return mounted
}

const dialogOf = ({ find }: Mounted): HTMLDialogElement => find('dialog')
const openerOf = ({ find }: Mounted): HTMLButtonElement => find('[part~=opener]')
const boxOf = ({ find }: Mounted, selector: string): DOMRect =>
  find(selector).getBoundingClientRect()

async function open(mounted: Mounted): Promise<void> {
  openerOf(mounted).click()
  await settle()
}

describe('the compact layout', () => {
  it('puts field and button side by side where there is room, and below one another where there is none', async () => {
    const wide = await mountIn('compact', states['open'], 600)
    expect(boxOf(wide, '[part=button]').top).to.equal(boxOf(wide, '[part=input]').top)
    const narrow = await mountIn('compact', states['open'], 320)
    expect(boxOf(narrow, '[part=button]').top).to.be.greaterThan(
      boxOf(narrow, '[part=input]').bottom,
    )
    await expect(wide.element).to.be.accessible()
  })

  it('follows the width of its box while it changes', async () => {
    const mounted = await mountIn('compact', states['open'], 320)
    mounted.element.parentElement!.style.width = '600px'
    expect(boxOf(mounted, '[part=button]').top).to.equal(boxOf(mounted, '[part=input]').top)
  })

  it('the compact layout is lower than the usual layout in every state', async () => {
    for (const [name, state] of Object.entries(states)) {
      const mounted = await mountIn('inline', state, 400)
      const { height } = boxOf(mounted, '[part=card]')
      mounted.element.setAttribute('layout', 'compact')
      await settle()
      expect(boxOf(mounted, '[part=card]').height, name).to.be.lessThan(height * 0.85)
    }
  })

  it('the compact layout has its full width in a row of the page', async () => {
    const mounted = await mountIn('compact', states['open'], 400)
    mounted.element.parentElement!.style.display = 'flex'
    expect(boxOf(mounted, '[part=card]').width).to.equal(400)
  })
})

describe('the dialog', () => {
  it('the dialog is opened by a button in the page, above it, with the focus in the field', async () => {
    const mounted = await mountIn('dialog')
    const { element, find } = mounted
    expect(dialogOf(mounted).open).to.equal(false)
    expect(find('[part=card]').checkVisibility()).to.equal(false)
    expect(textOf(openerOf(mounted))).to.equal('Pay with Netgíró')
    await expect(element).to.be.accessible()
    await open(mounted)
    expect(dialogOf(mounted).matches(':modal')).to.equal(true)
    expect(element.hasAttribute('open')).to.equal(true)
    expect(element.shadowRoot?.activeElement === find('[part=input]')).to.equal(true)
    await expect(element).to.be.accessible()
  })

  it('the dialog is closed by the Escape key and by its button, and the button in the page then says that the payment waits', async () => {
    const mounted = await mountIn('dialog', states['awaiting the shopper'])
    const { element, backend, find } = mounted
    const heading = textOf(find('h2'))
    const ways = [
      () => sendKeys({ press: 'Escape' }),
      async () => {
        find('[part=close]').click()
        await settle()
      },
    ]
    for (const close of ways) {
      openerOf(mounted).focus()
      await open(mounted)
      await close()
      await settle()
      expect(dialogOf(mounted).open).to.equal(false)
      expect(element.hasAttribute('open')).to.equal(false)
      expect(element.shadowRoot?.activeElement === openerOf(mounted)).to.equal(true)
      expect(textOf(openerOf(mounted))).to.equal(heading)
    }
    expect(backend.requestsTo('POST', '/cancel')).to.be.empty
  })

  it('keeps the keyboard inside while it is open', async () => {
    const mounted = await mountIn('dialog')
    const { element } = mounted
    element.before(document.createElement('button'))
    element.after(document.createElement('button'))
    await open(mounted)
    const reached = new Set<Element | null>()
    for (let press = 0; press < 8; press++) {
      await sendKeys({ press: 'Tab' })
      reached.add(document.activeElement)
    }
    // From its last control, the browser's own ones are reached, and then its first one.
    reached.delete(document.body)
    expect([...reached]).to.deep.equal([element])
    // Firefox keeps the keyboard in its own controls, for the files that come after this one too, until it is moved on.
    while (!document.hasFocus()) await sendKeys({ press: 'Tab' })
  })

  it('the dialog is open at once if the shopper had begun to type in the page, and keeps what is typed', async () => {
    const mounted = await mountIn('inline')
    const { element, find, type } = mounted
    find('[part=input]').focus()
    type('822')
    element.layout = 'dialog'
    await settle()
    expect(dialogOf(mounted).matches(':modal')).to.equal(true)
    expect(element.shadowRoot?.activeElement === find('[part=input]')).to.equal(true)
    expect(find<HTMLInputElement>('[part=input]').value).to.equal('822')
  })

  it('the dialog is opened and closed by the attribute open, also from the start', async () => {
    const mounted = await mount(states['open'])
    mounted.element.setAttribute('open', '')
    mounted.element.setAttribute('layout', 'dialog')
    await settle()
    expect(dialogOf(mounted).matches(':modal')).to.equal(true)
    mounted.element.removeAttribute('open')
    await settle()
    expect(dialogOf(mounted).open).to.equal(false)
    mounted.element.toggleAttribute('open', true)
    await settle()
    expect(dialogOf(mounted).open).to.equal(true)
  })

  it('the dialog goes on while it is closed: the button says how things stand, and the change is announced once', async () => {
    const mounted = await mountIn('dialog', states['awaiting the shopper'])
    const { element, backend, events } = mounted
    const region = element.renderRoot.querySelector('[part~=opener] + [role=status]')!
    expect(textOf(region)).to.equal('')
    expect(openerOf(mounted).part.contains('quiet')).to.equal(true)
    backend.publish({ status: 'paid' })
    await settle()
    expect(events).to.include('paid')
    expect(textOf(openerOf(mounted))).to.equal('Payment complete')
    expect(textOf(region)).to.equal('Payment complete')
    await open(mounted)
    expect(textOf(region)).to.equal('')
    expect(element.shadowRoot?.activeElement === mounted.find('h2')).to.equal(true)
  })

  it('announces in its card while it is open', async () => {
    const mounted = await mountIn('dialog', states['awaiting the shopper'])
    await open(mounted)
    mounted.backend.publish({ status: 'confirming' })
    await settle()
    expect(textOf(mounted.find('[part=card] [role=status]'))).to.contain('Confirming the payment')
    expect(textOf(mounted.find('[part~=opener] + [role=status]'))).to.equal('')
  })

  it('leaves the fallback in the page', async () => {
    const mounted = await mountIn('dialog')
    mounted.element.session = null
    await settle()
    expect(mounted.element.querySelector('a')!.checkVisibility()).to.equal(true)
    expect(mounted.element.renderRoot.querySelector('[part~=opener]') === null).to.equal(true)
    mounted.element.session = 'cs_another'
    await settle()
    expect(openerOf(mounted).checkVisibility()).to.equal(true)
  })

  it('the dialog stays open when the element is moved, and gives the card back with another layout', async () => {
    const mounted = await mountIn('dialog')
    const { element, find } = mounted
    await open(mounted)
    element.parentElement!.append(element)
    await settle()
    expect(dialogOf(mounted).matches(':modal')).to.equal(true)
    element.removeAttribute('layout')
    await settle()
    expect(element.renderRoot.querySelector('dialog, [part~=opener]') === null).to.equal(true)
    expect(find('[part=card]').checkVisibility()).to.equal(true)
    expect(textOf(find('h2'))).to.equal('Pay with Netgíró')
  })

  it('the dialog is what a form that waits for the payment leads to', async () => {
    const mounted = await mountIn('dialog')
    const form = document.createElement('form')
    mounted.element.setAttribute('name', 'receipt')
    mounted.element.parentElement!.append(form)
    form.append(mounted.element)
    await settle()
    expect(form.reportValidity()).to.equal(false)
    expect(mounted.element.shadowRoot?.activeElement === openerOf(mounted)).to.equal(true)
  })

  it('speaks the language of the element, or the page’s own words', async () => {
    const mounted = await mountIn('dialog')
    const label = (): string | null => mounted.find('[part=close]').getAttribute('aria-label')
    expect(label()).to.equal('Close')
    mounted.element.locale = 'is'
    await settle()
    expect(label()).to.equal('Loka')
    mounted.element.messages = { layout: { close: 'Til baka' } }
    await settle()
    expect(label()).to.equal('Til baka')
    for (const layout of [{ close: undefined }, { close: null }, null, { close: {} }]) {
      Reflect.set(mounted.element, 'messages', { layout })
      await settle()
      expect(label()).to.equal('Loka')
    }
  })
})
