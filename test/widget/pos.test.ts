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

/** As a barcode scanner types. */
const scan = async (text: string): Promise<void> => {
  await sendKeys({ type: text })
  await sendKeys({ press: 'Enter' })
  await settle()
}

for (const locale of ['is', 'en']) {
  for (const [name, state] of Object.entries(posStates)) {
    it(`shows a sale that is ${name}, accessibly, in ${locale}`, async () => {
      const { element, find } = await mount(state, { locale })
      expect(textOf(find('h2'))).to.not.equal('')
      expect(element.renderRoot.querySelector('[style], style')).to.equal(null)
      await expect(element).to.be.accessible()
    })
  }
}

describe('asking for the customer', () => {
  for (const [text, body] of Object.entries({
    '822 3281': { phone: '8223281' },
    '111111-1119': { nationalId: '1111111119' },
    '500004-abcd': { appCode: '500004abcd' },
  })) {
    it(`knows what ${text} is, whichever way was chosen`, async () => {
      const pos = await mount()
      pos.type(text)
      await pos.submit()
      expect(startBodies(pos)).to.deep.equal([body])
    })
  }

  it('reads the field itself, for the customer as for the code', async () => {
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

  it('offers three ways, each with its label, hint and keyboard', async () => {
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

  it('follows with the choice when another kind of number is typed', async () => {
    const pos = await mount()
    pos.type('1111111119')
    await settle()
    expect(textOf(pos.find(':checked').closest('label')!)).to.equal('Kennitala')
  })

  it('goes to the field when a choice is pointed at, and stays for arrow keys', async () => {
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

  it('refuses what is none of the three, says so at the field, and stays there', async () => {
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

  it('is ready to type when the sale opens, unless another field has the focus', async () => {
    const pos = await mount()
    expect(pos.element.shadowRoot?.activeElement === field(pos)).to.equal(true)
    const other = await fixture<HTMLInputElement>(html`<input aria-label="Search" />`)
    other.focus()
    pos.element.session = 'cs_next'
    await settle()
    expect(document.activeElement === other).to.equal(true)
  })

  it('sends nothing when netgiro-before-start is prevented', async () => {
    const pos = await mount()
    pos.element.addEventListener('netgiro-before-start', (event) => event.preventDefault())
    await pos.element.start('8223281')
    expect(startBodies(pos)).to.be.empty
  })

  it('starts nothing while a request waits, and without a session', async () => {
    const pos = await mount(posStates['awaiting the shopper'])
    await pos.element.start('8223281')
    pos.element.session = null
    await settle()
    await pos.element.start('8223281')
    expect(startBodies(pos)).to.be.empty
    expect(pos.events).to.not.contain('before-start')
  })

  it('keeps a phone number for another try, and no kennitala', async () => {
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
  it('leaves the field at once, while the request is still on its way', async () => {
    const pos = await mount()
    pos.backend.overrides['/start'] = pos.backend.neverRespond
    pos.type('1111111119')
    await pos.submit()
    expect(startBodies(pos)).to.have.length(1)
    expect(field(pos).value).to.equal('')
  })

  it('is never in an attribute or a text of the element, and the browser does not keep it', async () => {
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

  it('is shown as the backend masks it', async () => {
    const pos = await mount(posStates['awaiting a code'])
    expect(textOf(pos.find('[part=phone]'))).to.equal('Kennitala ••••••1119')
  })
})

describe('a scanner', () => {
  it('starts at once with the code from the app, wherever the focus is', async () => {
    const pos = await mount()
    field(pos).blur()
    await scan('500004Ab1d')
    expect(startBodies(pos)).to.deep.equal([{ appCode: '500004Ab1d' }])
  })

  it('starts once when it types into the field, over what was left there', async () => {
    const pos = await mount()
    field(pos).focus()
    await sendKeys({ type: '822' })
    await pos.clock.advance(1_000)
    await scan('500004abcd')
    expect(startBodies(pos)).to.deep.equal([{ appCode: '500004abcd' }])
    expect(field(pos).value).to.equal('')
  })

  it('presses no button of the page that happens to have the focus', async () => {
    const pos = await mount()
    const button = await fixture<HTMLButtonElement>(html`<button>Void</button>`)
    let pressed = 0
    button.addEventListener('click', () => pressed++)
    button.focus()
    await scan('500004abcd')
    expect([startBodies(pos).length, pressed]).to.deep.equal([1, 0])
  })

  it('leaves alone what is scanned into another field of the page', async () => {
    const pos = await mount()
    const other = await fixture<HTMLInputElement>(html`<input aria-label="Article" />`)
    other.focus()
    await scan('500004abcd')
    expect(startBodies(pos)).to.be.empty
    expect(other.value).to.equal('500004abcd')
  })

  it('is not mistaken for fingers: slow keys outside the field start nothing', async () => {
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

  it('cancels nothing while a request waits, though the cancel button has the focus', async () => {
    const pos = await mount(posStates['awaiting the shopper'])
    pos.find('[part=cancel]').focus()
    await scan('500004abcd')
    expect(pos.backend.requestsTo('POST', '')).to.be.empty
  })

  it('goes on to no next sale with the bar code of another article', async () => {
    const pos = await mount(posStates['paid'])
    await pos.clock.advance(5_000)
    await scan('5690000000001')
    expect(pos.events).to.not.contain('next-sale')
  })

  it('is not listened to after the element was taken out', async () => {
    const pos = await mount()
    pos.element.remove()
    await scan('500004abcd')
    expect(startBodies(pos)).to.be.empty
  })
})

describe('the code from the SMS', () => {
  it('has a field of its own in large type, ready to type, and is sent by Enter', async () => {
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

  it('does not begin with what stood in the field before', async () => {
    const pos = await mount()
    field(pos).focus()
    await sendKeys({ type: '8223281' })
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    expect(field(pos).value).to.equal('')
  })

  it('that was wrong says so at the field, with the tries that are left, and aloud', async () => {
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

  it('that cannot be one is not sent, and costs no try', async () => {
    const pos = await mount(posStates['awaiting a code'])
    pos.type('12')
    await pos.submit()
    expect(codeBodies(pos)).to.be.empty
    expect(textOf(pos.find('#hint'))).to.contain('fjórir stafir')
    expect(pos.events).to.contain('error')
  })

  it('may be given by the page, and only while it is awaited', async () => {
    const pos = await mount()
    await pos.element.giveCode('1234')
    pos.backend.publish(posStates['awaiting a code']!)
    await settle()
    await pos.element.giveCode(' 12 34 ')
    expect(codeBodies(pos)).to.deep.equal([{ code: '1234' }])
  })

  it('is not asked for any more once somebody asked to cancel', async () => {
    const pos = await mount({ ...posStates['awaiting a code'], cancelRequested: true })
    expect(pos.element.renderRoot.querySelector('input')).to.equal(null)
  })
})

describe('canceling', () => {
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

  it('says that it was canceled when it was', async () => {
    const lastAttempt = { outcome: 'canceled', reason: 'canceled_by_shopper' } as const
    const pos = await cancelInto({ status: 'open', lastAttempt })
    expect(textOf(pos.find('h2'))).to.equal('Hætt við greiðslu')
    expect(textOf(pos.find('[part=text]'))).to.equal('Ekkert var greitt.')
  })

  it('says that it was too late when it was paid', async () => {
    const pos = await cancelInto({ status: 'paid' })
    expect(textOf(pos.find('h2'))).to.equal('Greiðsla tókst')
    expect(textOf(pos.find('[part=text]'))).to.contain('Of seint að hætta við')
    expect(textOf(pos.find('[role=status]'))).to.contain('Of seint að hætta við')
  })

  it('says the same when the wish came from elsewhere', async () => {
    const pos = await mount(posStates['canceling'])
    pos.backend.publish({ status: 'paid', cancelRequested: false })
    await settle()
    expect(textOf(pos.find('[part=text]'))).to.contain('Of seint að hætta við')
  })

  it('claims nothing before there is an answer, and nothing of the sale before', async () => {
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
    it(`is one press of ${key} away from an outcome`, async () => {
      const pos = await mount(posStates['paid'])
      await pos.clock.advance(1_000)
      const next = oneEvent(pos.element.parentElement!, 'netgiro-next-sale')
      await sendKeys({ press: key })
      const event = (await next) as unknown as Event & { snapshot: { status: string } }
      expect(event.snapshot.status).to.equal('paid')
      expect(event.composed).to.equal(true)
    })
  }

  it('is one press of a large button away', async () => {
    const pos = await mount(posStates['expired'])
    pos.find('[part~=next]').click()
    await settle()
    expect(pos.events.at(-1)).to.equal('next-sale')
    expect(pos.element.hasAttribute('session')).to.equal(false)
  })

  it('happens once when the button is pressed by its own Enter', async () => {
    const pos = await mount(posStates['paid'])
    await pos.clock.advance(1_000)
    pos.find('[part~=next]').focus()
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(pos.events.filter((name) => name === 'next-sale')).to.have.length(1)
  })

  it('shows that the till is ready until the page sets another session', async () => {
    const pos = await mount(posStates['paid'])
    pos.find('[part~=next]').click()
    await settle()
    expect(pos.text()).to.equal('Tilbúið fyrir næstu sölu')
    await expect(pos.element).to.be.accessible()
    pos.backend.snapshot = snapshot({ amount: 500 })
    pos.element.session = 'cs_next'
    await settle()
    expect(textOf(pos.find('[part=amount]'))).to.equal('500 kr.')
    expect(field(pos).value).to.equal('')
  })

  it('lets the page set the session in the event itself', async () => {
    const pos = await mount(posStates['paid'])
    pos.element.addEventListener('netgiro-next-sale', () => (pos.element.session = 'cs_next'))
    pos.find('[part~=next]').click()
    await settle()
    expect(pos.backend.requests.at(-1)?.headers.get('authorization')).to.equal('Bearer cs_next')
  })

  it('needs F2 where a field waits for its own Enter', async () => {
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
    it(`cannot begin while the sale is ${name}`, async () => {
      const pos = await mount(posStates[name])
      await pos.clock.advance(1_000)
      await sendKeys({ press: 'F2' })
      await settle()
      expect(pos.events).to.not.contain('next-sale')
      expect(pos.element.renderRoot.querySelector('[part~=next]')).to.equal(null)
    })
  }

  it('does not begin by the second Enter of a hasty hand', async () => {
    const pos = await mount(posStates['awaiting the shopper'])
    pos.backend.publish({ status: 'paid' })
    await pos.clock.advance(300)
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(pos.events).to.not.contain('next-sale')
  })

  it('leaves Enter to a link or a field of the page that has the focus', async () => {
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

it('is read from across the counter: outcome and amount in large type, a sign beside the words', async () => {
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

it('fits a narrow screen', async () => {
  for (const state of Object.values(posStates)) {
    const { element, find } = await mount(state)
    element.style.width = '288px'
    await settle()
    expect(find('[part=card]').scrollWidth).to.be.at.most(288)
    element.remove()
  }
})

it('has the events of the first element', async () => {
  const { backend, events } = await mount(posStates['awaiting the shopper'])
  backend.publish({ status: 'paid' })
  await settle()
  expect(events).to.deep.equal(['status', 'status', 'paid'])
})
