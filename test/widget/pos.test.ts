import { expect, fixture, html, oneEvent } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import type { NetgiroErrorEvent } from '../../widget/index.ts'
import { settle } from './support/clock.ts'
import { mountElement, textOf, type Mounted } from './support/mount.ts'
import { snapshot, posStates } from './support/snapshots.ts'

type MountedPos = Mounted<'netgiro-pos'>
const mount = (
  ...rest: Parameters<typeof mountElement> extends [unknown, ...infer R] ? R : never
) => mountElement('netgiro-pos', ...rest)

const field = ({ find }: MountedPos): HTMLInputElement => find('[part=input]')
const startBodies = ({ backend }: MountedPos): unknown[] =>
  backend.requestsTo('POST', '/start').map(({ body }) => body)
const codeBodies = ({ backend }: MountedPos): unknown[] =>
  backend.requestsTo('POST', '/code').map(({ body }) => body)

/** Types like a barcode scanner. */
const scan = async (text: string): Promise<void> => {
  await sendKeys({ type: text })
  await sendKeys({ press: 'Enter' })
  await settle()
}

for (const locale of ['is', 'en']) {
  for (const [name, state] of Object.entries(posStates)) {
    it(`renders a sale that is ${name} accessibly in ${locale}`, async () => {
      const { element, find } = await mount(state, { locale })
      expect(textOf(find('h2'))).to.not.equal('')
      expect(element.renderRoot.querySelector('[style], style')).to.equal(null)
      await expect(element).to.be.accessible()
    })
  }
}

for (const state of ['awaiting the shopper', 'awaiting a code']) {
  it(`says that it is checking, and asks for nothing, when the time is over while ${state}`, async () => {
    const { element, find, clock } = await mount(posStates[state])
    await clock.advance(181_000)
    expect(textOf(find('h2'))).to.equal('Við erum enn að athuga')
    expect(element.renderRoot.querySelector('[part=timer]')).to.equal(null)
    expect(element.renderRoot.querySelector('input, button')).to.equal(null)
    await expect(element).to.be.accessible()
  })
}

describe('advice to the cashier', () => {
  const waits = snapshot({ status: 'awaiting_shopper' })
  const advice = ({ element }: MountedPos) =>
    element.renderRoot.querySelectorAll('[part=help]').length

  it('advice to the cashier ends with the time of the request', async () => {
    const pos = await mount(waits)
    await pos.clock.advance(50_000)
    expect(advice(pos)).to.equal(2)
    await pos.clock.advance(150_000)
    expect(advice(pos)).to.equal(0)
  })

  it('advice is not given about a request that the customer is to decline', async () => {
    const pos = await mount({ ...waits, uncertain: true })
    await pos.clock.advance(50_000)
    expect(advice(pos)).to.equal(0)
  })
})

describe('the customer form', () => {
  for (const [text, body] of Object.entries({
    '822 3281': { phone: '8223281' },
    '111111-1119': { nationalId: '1111111119' },
    '500004-abcd': { appCode: '500004abcd' },
  })) {
    it(`recognizes ${text} whichever kind of number is selected`, async () => {
      const pos = await mount()
      pos.type(text)
      await pos.submit()
      expect(startBodies(pos)).to.deep.equal([body])
    })
  }

  it('sends the text of the field when it was filled in without an input event', async () => {
    const pos = await mount()
    field(pos).value = '111111\u200e-1119'
    await pos.submit()
    expect(startBodies(pos)).to.deep.equal([{ nationalId: '1111111119' }])
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    field(pos).value = '12\u200b34'
    await pos.submit()
    expect(codeBodies(pos)).to.deep.equal([{ code: '1234' }])
  })

  it('offers three kinds of number, each with its label, hint and keyboard', async () => {
    const pos = await mount()
    const seen = []
    for (const radio of pos.element.renderRoot.querySelectorAll<HTMLInputElement>('[type=radio]')) {
      radio.click()
      await settle()
      seen.push([textOf(field(pos).labels![0]!), field(pos).inputMode, textOf(pos.find('#hint'))])
    }
    expect(seen.map(([label]) => label)).to.deep.equal(['Símanúmer', 'Kennitala', 'Kóði úr appi'])
    expect(seen.map(([, mode]) => mode)).to.deep.equal(['tel', 'numeric', 'text'])
    expect(new Set(seen.map(([, , hint]) => hint)).size).to.equal(3)
  })

  it('selects the kind of number that is typed', async () => {
    const pos = await mount()
    pos.type('1111111119')
    await settle()
    expect(textOf(pos.find(':checked').closest('label')!)).to.equal('Kennitala')
  })

  it('focuses the field after a click on a choice, but not after an arrow key', async () => {
    const pos = await mount()
    const [phone, nationalId] = pos.element.renderRoot.querySelectorAll<HTMLElement>('[type=radio]')
    nationalId!.dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true }))
    await settle()
    expect(pos.element.shadowRoot?.activeElement === field(pos)).to.equal(true)
    phone!.focus()
    await sendKeys({ press: 'ArrowRight' })
    await settle()
    expect(pos.element.shadowRoot?.activeElement === nationalId).to.equal(true)
  })

  it('rejects any other text with an error at the field, and keeps the focus there', async () => {
    const pos = await mount()
    const problem = oneEvent(pos.element, 'netgiro-error')
    pos.type('1234')
    await pos.submit()
    expect(((await problem) as unknown as NetgiroErrorEvent).code).to.equal('invalid_phone')
    expect(startBodies(pos)).to.be.empty
    expect(field(pos).getAttribute('aria-invalid')).to.equal('true')
    expect(textOf(pos.find('#hint'))).to.contain('sjö tölustafi')
    expect(pos.element.shadowRoot?.activeElement === field(pos)).to.equal(true)
    await expect(pos.element).to.be.accessible()
  })

  it('focuses the field when a sale opens, unless another field has the focus', async () => {
    const pos = await mount()
    expect(pos.element.shadowRoot?.activeElement === field(pos)).to.equal(true)
    const other = await fixture<HTMLInputElement>(html`<input aria-label="Search" />`)
    other.focus()
    pos.element.session = 'cs_next'
    await settle()
    expect(document.activeElement === other).to.equal(true)
  })

  it('sends no request when netgiro-before-start is prevented', async () => {
    const pos = await mount()
    pos.element.addEventListener('netgiro-before-start', (event) => event.preventDefault())
    await pos.element.start('8223281')
    expect(startBodies(pos)).to.be.empty
  })

  it('ignores start() while a request waits and without a session', async () => {
    const pos = await mount(posStates['awaiting the shopper'])
    await pos.element.start('8223281')
    pos.element.session = null
    await settle()
    await pos.element.start('8223281')
    expect(startBodies(pos)).to.be.empty
    expect(pos.events).to.not.contain('before-start')
  })

  it('takes back the refusal of a number when another one is typed', async () => {
    const pos = await mount()
    pos.backend.overrides['/start'] = pos.backend.problem('request_not_sent', 422)
    pos.type('8223281')
    await pos.submit()
    expect(textOf(pos.find('[role=alert]'))).to.contain('Netgíró samþykkti ekki beiðnina')
    pos.type('6')
    await settle()
    expect(textOf(pos.find('[role=alert]'))).to.equal('')
  })

  it('keeps a phone number for another try, but not a kennitala', async () => {
    const pos = await mount()
    const outcome = { outcome: 'declined', reason: 'declined' } as const
    for (const [text, kept] of [
      ['8223281', '822 3281'],
      ['1111111119', ''],
    ] as const) {
      pos.type(text)
      await pos.submit()
      pos.backend.publish({ status: 'awaiting_shopper' })
      await settle()
      pos.backend.publish({ status: 'open', lastAttempt: outcome })
      await settle()
      expect(field(pos).value).to.equal(kept)
    }
  })
})

describe('a kennitala', () => {
  it('a kennitala is cleared from the field before the backend responds', async () => {
    const pos = await mount()
    pos.backend.overrides['/start'] = pos.backend.neverRespond
    pos.type('1111111119')
    await pos.submit()
    expect(startBodies(pos)).to.have.length(1)
    expect(field(pos).value).to.equal('')
  })

  it('a kennitala is never in the markup of the element, and its field has autocomplete off', async () => {
    const pos = await mount()
    expect(field(pos).autocomplete).to.equal('off')
    pos.type('1111111119')
    await settle()
    const typed = pos.element.outerHTML + pos.element.shadowRoot!.innerHTML
    await pos.submit()
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    const sent = pos.element.outerHTML + pos.element.shadowRoot!.innerHTML
    expect(typed + sent)
      .to.not.contain('1111111119')
      .and.not.contain('111111-1119')
  })

  it('a kennitala is shown as the backend masks it', async () => {
    const pos = await mount(posStates['awaiting a code'])
    expect(textOf(pos.find('[part=phone]'))).to.equal('Kennitala ••••••1119')
  })
})

describe('a scanner', () => {
  /** A button of the till's page that has the focus. */
  const focusedButton = async () => {
    const element = await fixture<HTMLButtonElement>(html`<button>Void</button>`)
    let presses = 0
    element.addEventListener('click', () => presses++)
    element.focus()
    return { element, presses: () => presses }
  }

  it('starts a payment with a scanned app code wherever the focus is', async () => {
    const pos = await mount()
    field(pos).blur()
    await scan('500004Ab1d')
    expect(startBodies(pos)).to.deep.equal([{ appCode: '500004Ab1d' }])
  })

  it('starts one payment when a scanner types into a field that already has text', async () => {
    const pos = await mount()
    field(pos).focus()
    await sendKeys({ type: '822' })
    await pos.clock.advance(1_000)
    await scan('500004abcd')
    expect(startBodies(pos)).to.deep.equal([{ appCode: '500004abcd' }])
    expect(field(pos).value).to.equal('')
  })

  it('a scanner presses no focused button of the page', async () => {
    const pos = await mount()
    const button = await focusedButton()
    await scan('500004abcd')
    expect([startBodies(pos).length, button.presses()]).to.deep.equal([1, 0])
  })

  it('ignores a scanner when another field of the page has the focus', async () => {
    const pos = await mount()
    const other = await fixture<HTMLInputElement>(html`<input aria-label="Article" />`)
    other.focus()
    await scan('500004abcd')
    expect(startBodies(pos)).to.be.empty
    expect(other.value).to.equal('500004abcd')
  })

  for (const type of ['button', 'submit', 'checkbox', 'radio']) {
    it(`takes an input of the type ${type} for a button of the page, and presses it no more than one`, async () => {
      const pos = await mount()
      const other = await fixture<HTMLInputElement>(
        html`<input type=${type} aria-label="Take payment" />`,
      )
      let pressed = 0
      other.addEventListener('click', () => pressed++)
      other.focus()
      await scan('500004abcd')
      expect([startBodies(pos), pressed]).to.deep.equal([[{ appCode: '500004abcd' }], 0])
    })
  }

  it('detects no scanner when the keys are typed slowly', async () => {
    const pos = await mount()
    field(pos).blur()
    for (const key of '500004abcd') {
      await sendKeys({ press: key })
      await pos.clock.advance(100)
    }
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(startBodies(pos)).to.be.empty
  })

  it('a scanner cancels nothing when the cancel button has the focus', async () => {
    const pos = await mount(posStates['awaiting the shopper'])
    pos.find('[part=cancel]').focus()
    await scan('500004abcd')
    expect(pos.backend.requestsTo('POST', '')).to.be.empty
  })

  it('a scanned barcode of an article does not begin the next sale', async () => {
    const pos = await mount(posStates['paid'])
    await pos.clock.advance(5_000)
    await scan('5690000000001')
    expect(pos.events).to.not.contain('next-sale')
  })

  it('a scanner that ends with two Enters presses no button of the page, and begins no next sale', async () => {
    const pos = await mount()
    const button = await focusedButton()
    await scan('500004abcd')
    await sendKeys({ press: 'Enter' })
    expect([startBodies(pos).length, button.presses()]).to.deep.equal([1, 0])

    button.element.blur()
    pos.backend.publish(posStates['paid']!)
    await settle()
    await pos.clock.advance(5_000)
    await scan('5690000000001')
    await sendKeys({ press: 'Enter' })
    expect(pos.events).to.not.contain('next-sale')
    await pos.clock.advance(100)
    await sendKeys({ press: 'Enter' })
    expect(pos.events).to.contain('next-sale')
  })

  for (const name of ['too low', 'open but uncertain'])
    it(`ignores a scanner where no field is offered because the sale is ${name}`, async () => {
      const pos = await mount(posStates[name])
      await scan('500004abcd')
      expect(startBodies(pos)).to.be.empty
    })

  it('ignores a scanner after the element was removed', async () => {
    const pos = await mount()
    pos.element.remove()
    await scan('500004abcd')
    expect(startBodies(pos)).to.be.empty
  })
})

describe('the code from the SMS', () => {
  it('the code has a focused field in large type, and is sent with Enter', async () => {
    const pos = await mount()
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    expect(pos.element.shadowRoot?.activeElement === field(pos)).to.equal(true)
    expect(parseFloat(getComputedStyle(field(pos)).fontSize)).to.be.at.least(32)
    await sendKeys({ type: '1234' })
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(codeBodies(pos)).to.deep.equal([{ code: '1234' }])
  })

  it('the field of the code is empty at first', async () => {
    const pos = await mount()
    field(pos).focus()
    await sendKeys({ type: '8223281' })
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    expect(field(pos).value).to.equal('')
  })

  it('shows a wrong code at the field and announces the tries left', async () => {
    const pos = await mount(posStates['awaiting a code'])
    pos.backend.overrides['/code'] = () => {
      pos.backend.publish({ code: { refused: true, triesLeft: 2 } })
      return Response.json(pos.backend.snapshot)
    }
    pos.type('0000')
    await pos.submit()
    expect(field(pos).value).to.equal('')
    expect(field(pos).getAttribute('aria-invalid')).to.equal('true')
    expect(textOf(pos.find('#hint'))).to.equal('Rangur kóði. 2 tilraunir eftir.')
    expect(textOf(pos.find('[role=status]'))).to.equal('Rangur kóði. 2 tilraunir eftir.')
    expect(pos.element.shadowRoot?.activeElement === field(pos)).to.equal(true)
    pos.type('1')
    await settle()
    expect(field(pos).getAttribute('aria-invalid')).to.equal('false')
    expect(textOf(pos.find('#hint'))).to.equal('2 tilraunir eftir.')
    pos.backend.publish({ code: { refused: true, triesLeft: 1 } })
    await settle()
    expect(textOf(pos.find('[role=status]'))).to.equal('Rangur kóði. Ein tilraun eftir.')
  })

  describe('while it is checked', () => {
    /** A sale whose code is on its way, of which the backend has told that its effect is not known. */
    async function checking() {
      const pos = await mount(posStates['awaiting a code'])
      let answer: (response: Promise<Response>) => void = () => undefined
      pos.backend.overrides['/code'] = () => new Promise((resolve) => (answer = resolve))
      const said: string[] = []
      const region = pos.find('[role=status]')
      new MutationObserver(() => said.push(textOf(region))).observe(region, { childList: true })
      pos.type('0000')
      await pos.submit()
      pos.backend.publish({ uncertain: true })
      await settle()
      return { pos, said, answer }
    }

    it('the cashier is not warned of a second payment while a code is checked', async () => {
      const { pos, said, answer } = await checking()
      expect(textOf(pos.find('h2'))).to.equal('Sláðu inn kóðann')
      expect(textOf(pos.find('form button'))).to.equal('Athuga kóðann…')
      expect(said).to.deep.equal([])
      pos.backend.snapshot = {
        ...pos.backend.snapshot,
        ...{ version: 9, uncertain: false, code: { refused: true, triesLeft: 2 } },
      }
      answer(Promise.resolve(Response.json(pos.backend.snapshot)))
      await settle()
      expect(said).to.deep.equal(['Rangur kóði. 2 tilraunir eftir.'])
    })

    it('the cashier is not warned of a second payment when the time is over while a code is checked', async () => {
      const { pos, said } = await checking()
      pos.backend.publish({ expiresAt: pos.backend.snapshot.serverTime })
      await settle()
      await pos.clock.advance(2_000)
      expect(textOf(pos.find('h2'))).to.equal('Sláðu inn kóðann')
      expect(textOf(pos.find('form button'))).to.equal('Athuga kóðann…')
      expect(said.join()).not.to.contain('Við erum enn að athuga')
    })

    it('warns of a second payment once the answer is lost', async () => {
      const { pos, said, answer } = await checking()
      answer(Promise.reject(new TypeError('Failed to fetch')))
      await settle()
      expect(textOf(pos.find('h2'))).to.equal('Við erum enn að athuga')
      expect(said.at(-1)).to.contain('Við erum enn að athuga')
    })
  })

  it('a code in a wrong format is not sent', async () => {
    const pos = await mount(posStates['awaiting a code'])
    pos.type('12')
    await pos.submit()
    expect(codeBodies(pos)).to.be.empty
    expect(textOf(pos.find('#hint'))).to.contain('fjórir stafir')
    expect(pos.events).to.contain('error')
  })

  it('the page can submit a code only while one is expected', async () => {
    const pos = await mount()
    await pos.element.giveCode('1234')
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    await pos.element.giveCode(' 12 34 ')
    expect(codeBodies(pos)).to.deep.equal([{ code: '1234' }])
  })

  it('shows no field for a code once cancellation was requested', async () => {
    const pos = await mount({ ...posStates['awaiting a code'], cancelRequested: true })
    expect(pos.element.renderRoot.querySelector('input')).to.equal(null)
  })
})

describe('a cancellation', () => {
  const cancelInto = async (
    changes: Parameters<MountedPos['backend']['publish']>[0],
  ): Promise<MountedPos> => {
    const pos = await mount(posStates['awaiting the shopper'])
    pos.backend.overrides['/cancel'] = () => {
      pos.backend.publish(changes)
      return Response.json(pos.backend.snapshot)
    }
    pos.find('[part=cancel]').click()
    await settle()
    return pos
  }

  it('says that the payment was canceled when it was', async () => {
    const lastAttempt = { outcome: 'canceled', reason: 'canceled_by_shopper' } as const
    const pos = await cancelInto({ status: 'open', lastAttempt })
    expect(textOf(pos.find('h2'))).to.equal('Hætt við greiðslu')
    expect(textOf(pos.find('[part=text]'))).to.equal('Ekkert var greitt.')
  })

  it('says that it was too late to cancel when the sale was paid', async () => {
    const pos = await cancelInto({ status: 'paid' })
    expect(textOf(pos.find('h2'))).to.equal('Greiðsla tókst')
    expect(textOf(pos.find('[part=text]'))).to.contain('Of seint að hætta við')
    expect(textOf(pos.find('[role=status]'))).to.contain('Of seint að hætta við')
  })

  it('says that it was too late to cancel when cancellation was requested elsewhere', async () => {
    const pos = await mount(posStates['canceling'])
    pos.backend.publish({ status: 'paid', cancelRequested: false })
    await settle()
    expect(textOf(pos.find('[part=text]'))).to.contain('Of seint að hætta við')
  })

  it('shows no result of a cancellation before the backend reports one, and none of the previous sale', async () => {
    const pos = await cancelInto({ cancelRequested: true })
    expect(textOf(pos.find('h2'))).to.equal('Hætti við…')
    pos.backend.snapshot = snapshot({ status: 'paid' })
    pos.element.session = 'cs_next'
    await settle()
    expect(textOf(pos.find('[part=text]'))).to.equal('')
  })
})

describe('the next sale', () => {
  for (const key of ['Enter', 'F2'] as const) {
    it(`begins the next sale with one press of ${key} after an outcome`, async () => {
      const pos = await mount(posStates['paid'])
      await pos.clock.advance(1_000)
      const next = oneEvent(pos.element.parentElement!, 'netgiro-next-sale')
      await sendKeys({ press: key })
      const event = (await next) as unknown as Event & { snapshot: { status: string } }
      expect(event.snapshot.status).to.equal('paid')
      expect(event.composed).to.equal(true)
    })
  }

  it('begins the next sale with one press of the button', async () => {
    const pos = await mount(posStates['expired'])
    pos.find('[part~=next]').click()
    await settle()
    expect(pos.events.at(-1)).to.equal('next-sale')
    expect(pos.element.hasAttribute('session')).to.equal(false)
  })

  it('begins the next sale once when Enter is pressed on the button', async () => {
    const pos = await mount(posStates['paid'])
    await pos.clock.advance(1_000)
    pos.find('[part~=next]').focus()
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(pos.events.filter((name) => name === 'next-sale')).to.have.length(1)
  })

  it('shows that the element is ready until the page sets another session', async () => {
    const pos = await mount(posStates['paid'])
    pos.find('[part~=next]').click()
    await settle()
    expect(pos.text()).to.equal('Netgíró Tilbúið fyrir næstu sölu')
    await expect(pos.element).to.be.accessible()
    pos.backend.snapshot = snapshot({ amount: 500 })
    pos.element.session = 'cs_next'
    await settle()
    expect(textOf(pos.find('[part=amount]'))).to.equal('500 kr.')
    expect(field(pos).value).to.equal('')
  })

  it('announces the amount of each sale when it arrives, and not again when an attempt has ended', async () => {
    const pos = await mount(posStates['paid'], { locale: 'en' })
    const said = () => textOf(pos.find('[role=status]'))
    for (const session of ['cs_next', 'cs_of_the_same_amount']) {
      pos.find('[part~=next]').click()
      await settle()
      expect(said()).to.equal('')
      pos.backend.snapshot = snapshot({ amount: 500 })
      pos.element.session = session
      await settle()
      expect(said()).to.equal('ISK 500.')
      pos.backend.publish({ status: 'awaiting_shopper' })
      await settle()
      pos.backend.publish({ status: 'open', lastAttempt: posStates['declined']!.lastAttempt })
      await settle()
      expect(said()).to.contain('Nothing was paid.').and.not.contain('500')
    }
  })

  it('begins the next sale with the session that the page sets in its event listener', async () => {
    const pos = await mount(posStates['paid'])
    pos.element.addEventListener('netgiro-next-sale', () => (pos.element.session = 'cs_next'))
    pos.find('[part~=next]').click()
    await settle()
    expect(pos.backend.requests.at(-1)?.headers.get('authorization')).to.equal('Bearer cs_next')
  })

  for (const key of ['Enter', 'F2'] as const) {
    it(`begins the next sale with ${key} when no field is offered because the amount is too low`, async () => {
      const pos = await mount(posStates['too low'])
      await pos.clock.advance(1_000)
      await sendKeys({ press: key })
      await settle()
      expect(pos.events.at(-1)).to.equal('next-sale')
    })
  }

  it('begins the next sale with F2, and not with Enter, when Enter belongs to a field', async () => {
    const pos = await mount(posStates['declined'])
    await pos.clock.advance(1_000)
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(pos.events).to.not.contain('next-sale')
    await sendKeys({ press: 'F2' })
    await settle()
    expect(pos.events.at(-1)).to.equal('next-sale')
  })

  for (const name of [
    'open',
    'awaiting the shopper',
    'uncertain',
    'open but uncertain',
    'confirming',
  ]) {
    it(`begins no next sale while the sale is ${name}`, async () => {
      const pos = await mount(posStates[name])
      await pos.clock.advance(1_000)
      await sendKeys({ press: 'F2' })
      await settle()
      expect(pos.events).to.not.contain('next-sale')
      expect(pos.element.renderRoot.querySelector('[part~=next]')).to.equal(null)
    })
  }

  it('begins no next sale with an Enter right after a change of status', async () => {
    const pos = await mount(posStates['awaiting the shopper'])
    pos.backend.publish({ status: 'paid' })
    await pos.clock.advance(300)
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(pos.events).to.not.contain('next-sale')
  })

  it('begins no next sale when a focused link or field of the page receives Enter', async () => {
    const pos = await mount(posStates['paid'])
    await pos.clock.advance(1_000)
    const page = await fixture(
      html`<div><a href="#receipt">Receipt</a><input aria-label="Note" /></div>`,
    )
    for (const selector of ['a', 'input']) {
      page.querySelector<HTMLElement>(selector)!.focus()
      await sendKeys({ press: 'Enter' })
      await pos.clock.advance(1_000)
    }
    expect(pos.events).to.not.contain('next-sale')
    location.hash = ''
  })
})

it('shows outcome and amount in large type with an icon', async () => {
  for (const name of ['paid', 'declined', 'in review']) {
    const { element, find } = await mount(posStates[name])
    element.style.width = '720px'
    await settle()
    for (const part of ['heading', 'amount']) {
      expect(parseFloat(getComputedStyle(find(`[part=${part}]`)).fontSize)).to.be.at.least(44)
    }
    expect(find('[part=icon]').getBoundingClientRect().width).to.be.at.least(96)
  }
})

it('shows no cross after an attempt that may still be paid', async () => {
  const iconOf = async (name: string) =>
    (await mount(posStates[name])).find('[part=icon]').getAttribute('class')
  expect(await iconOf('of unknown outcome')).to.equal(await iconOf('in review'))
  expect(await iconOf('declined')).to.equal('bad')
})

it('fits into a narrow screen in every state', async () => {
  for (const state of Object.values(posStates)) {
    const { element, find } = await mount(state)
    element.style.width = '288px'
    await settle()
    expect(find('[part=card]').scrollWidth).to.be.at.most(288)
    element.remove()
  }
})

it('dispatches the same events as <netgiro-checkout>', async () => {
  const { backend, events } = await mount(posStates['awaiting the shopper'])
  backend.publish({ status: 'paid' })
  await settle()
  expect(events).to.deep.equal(['status', 'status', 'paid'])
})
