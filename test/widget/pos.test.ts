import { expect, fixture, html, oneEvent } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import type { NetgiroErrorEvent } from '../../widget/index.ts'
import { settle } from './support/clock.ts'
import { mountElement, textOf, type Mounted } from './support/mount.ts'
import { snapshot, tillStates } from './support/snapshots.ts'

type Till = Mounted<'netgiro-pos'>
const mount = (
  ...rest: Parameters<typeof mountElement> extends [unknown, ...infer R] ? R : never
) => mountElement('netgiro-pos', ...rest)

const field = ({ find }: Till): HTMLInputElement => find('[part=input]')
const started = ({ backend }: Till): unknown[] =>
  backend.to('POST', '/start').map(({ body }) => body)
const codes = ({ backend }: Till): unknown[] => backend.to('POST', '/code').map(({ body }) => body)

/** As a barcode scanner types. */
const scan = async (text: string): Promise<void> => {
  await sendKeys({ type: text })
  await sendKeys({ press: 'Enter' })
  await settle()
}

for (const locale of ['is', 'en']) {
  for (const [name, state] of Object.entries(tillStates)) {
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
      const till = await mount()
      till.type(text)
      await till.submit()
      expect(started(till)).to.deep.equal([body])
    })
  }

  it('reads the field itself, for the customer as for the code', async () => {
    const till = await mount()
    field(till).value = '111111\u200e-1119'
    await till.submit()
    expect(started(till)).to.deep.equal([{ nationalId: '1111111119' }])
    till.backend.tell(tillStates['awaiting a code']!)
    await settle()
    field(till).value = '12\u200b34'
    await till.submit()
    expect(codes(till)).to.deep.equal([{ code: '1234' }])
  })

  it('offers three ways, each with its label, hint and keyboard', async () => {
    const till = await mount()
    const seen = []
    for (const radio of till.element.renderRoot.querySelectorAll<HTMLInputElement>(
      '[type=radio]',
    )) {
      radio.click()
      await settle()
      seen.push([
        textOf(field(till).labels![0]!),
        field(till).inputMode,
        textOf(till.find('#hint')),
      ])
    }
    expect(seen.map(([label]) => label)).to.deep.equal(['Símanúmer', 'Kennitala', 'Kóði úr appi'])
    expect(seen.map(([, mode]) => mode)).to.deep.equal(['tel', 'numeric', 'text'])
    expect(new Set(seen.map(([, , hint]) => hint)).size).to.equal(3)
  })

  it('follows with the choice when another kind of number is typed', async () => {
    const till = await mount()
    till.type('1111111119')
    await settle()
    expect(textOf(till.find(':checked').closest('label')!)).to.equal('Kennitala')
  })

  it('goes to the field when a choice is pointed at, and stays for arrow keys', async () => {
    const till = await mount()
    const [phone, nationalId] =
      till.element.renderRoot.querySelectorAll<HTMLElement>('[type=radio]')
    nationalId!.dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true }))
    await settle()
    expect(till.element.shadowRoot?.activeElement === field(till)).to.equal(true)
    phone!.focus()
    await sendKeys({ press: 'ArrowRight' })
    await settle()
    expect(till.element.shadowRoot?.activeElement === nationalId).to.equal(true)
  })

  it('refuses what is none of the three, says so at the field, and stays there', async () => {
    const till = await mount()
    const problem = oneEvent(till.element, 'netgiro-error')
    till.type('1234')
    await till.submit()
    expect(((await problem) as unknown as NetgiroErrorEvent).code).to.equal('invalid_phone')
    expect(started(till)).to.be.empty
    expect(field(till).getAttribute('aria-invalid')).to.equal('true')
    expect(textOf(till.find('#hint'))).to.contain('sjö tölustafi')
    expect(till.element.shadowRoot?.activeElement === field(till)).to.equal(true)
    await expect(till.element).to.be.accessible()
  })

  it('is ready to type when the sale opens, unless another field has the focus', async () => {
    const till = await mount()
    expect(till.element.shadowRoot?.activeElement === field(till)).to.equal(true)
    const other = await fixture<HTMLInputElement>(html`<input aria-label="Search" />`)
    other.focus()
    till.element.session = 'cs_next'
    await settle()
    expect(document.activeElement === other).to.equal(true)
  })

  it('sends nothing when netgiro-before-start is prevented', async () => {
    const till = await mount()
    till.element.addEventListener('netgiro-before-start', (event) => event.preventDefault())
    await till.element.start('8223281')
    expect(started(till)).to.be.empty
  })

  it('starts nothing while a request waits, and without a session', async () => {
    const till = await mount(tillStates['awaiting the shopper'])
    await till.element.start('8223281')
    till.element.session = null
    await settle()
    await till.element.start('8223281')
    expect(started(till)).to.be.empty
    expect(till.heard).to.not.contain('before-start')
  })

  it('keeps a phone number for another try, and no kennitala', async () => {
    const till = await mount()
    const outcome = { outcome: 'declined', reason: 'declined' } as const
    for (const [text, kept] of [
      ['8223281', '822 3281'],
      ['1111111119', ''],
    ] as const) {
      till.type(text)
      await till.submit()
      till.backend.tell({ status: 'awaiting_shopper' })
      await settle()
      till.backend.tell({ status: 'open', lastAttempt: outcome })
      await settle()
      expect(field(till).value).to.equal(kept)
    }
  })
})

describe('a kennitala', () => {
  it('leaves the field at once, while the request is still on its way', async () => {
    const till = await mount()
    till.backend.instead['/start'] = till.backend.hang
    till.type('1111111119')
    await till.submit()
    expect(started(till)).to.have.length(1)
    expect(field(till).value).to.equal('')
  })

  it('is never in an attribute or a text of the element, and the browser does not keep it', async () => {
    const till = await mount()
    expect(field(till).autocomplete).to.equal('off')
    till.type('1111111119')
    await settle()
    const typed = till.element.outerHTML + till.element.shadowRoot!.innerHTML
    await till.submit()
    till.backend.tell(tillStates['awaiting a code']!)
    await settle()
    const sent = till.element.outerHTML + till.element.shadowRoot!.innerHTML
    expect(typed + sent)
      .to.not.contain('1111111119')
      .and.not.contain('111111-1119')
  })

  it('is shown as the backend masks it', async () => {
    const till = await mount(tillStates['awaiting a code'])
    expect(textOf(till.find('[part=phone]'))).to.equal('Kennitala ••••••1119')
  })
})

describe('a scanner', () => {
  it('starts at once with the code from the app, wherever the focus is', async () => {
    const till = await mount()
    field(till).blur()
    await scan('500004Ab1d')
    expect(started(till)).to.deep.equal([{ appCode: '500004Ab1d' }])
  })

  it('starts once when it types into the field, over what was left there', async () => {
    const till = await mount()
    field(till).focus()
    await sendKeys({ type: '822' })
    await till.clock.turn(1_000)
    await scan('500004abcd')
    expect(started(till)).to.deep.equal([{ appCode: '500004abcd' }])
    expect(field(till).value).to.equal('')
  })

  it('presses no button of the page that happens to have the focus', async () => {
    const till = await mount()
    const button = await fixture<HTMLButtonElement>(html`<button>Void</button>`)
    let pressed = 0
    button.addEventListener('click', () => pressed++)
    button.focus()
    await scan('500004abcd')
    expect([started(till).length, pressed]).to.deep.equal([1, 0])
  })

  it('leaves alone what is scanned into another field of the page', async () => {
    const till = await mount()
    const other = await fixture<HTMLInputElement>(html`<input aria-label="Article" />`)
    other.focus()
    await scan('500004abcd')
    expect(started(till)).to.be.empty
    expect(other.value).to.equal('500004abcd')
  })

  it('is not mistaken for fingers: slow keys outside the field start nothing', async () => {
    const till = await mount()
    field(till).blur()
    for (const key of '500004abcd') {
      await sendKeys({ press: key })
      await till.clock.turn(100)
    }
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(started(till)).to.be.empty
  })

  it('cancels nothing while a request waits, though the cancel button has the focus', async () => {
    const till = await mount(tillStates['awaiting the shopper'])
    till.find('[part=cancel]').focus()
    await scan('500004abcd')
    expect(till.backend.to('POST', '')).to.be.empty
  })

  it('goes on to no next sale with the bar code of another article', async () => {
    const till = await mount(tillStates['paid'])
    await till.clock.turn(5_000)
    await scan('5690000000001')
    expect(till.heard).to.not.contain('next-sale')
  })

  it('is not listened to after the element was taken out', async () => {
    const till = await mount()
    till.element.remove()
    await scan('500004abcd')
    expect(started(till)).to.be.empty
  })
})

describe('the code from the SMS', () => {
  it('has a field of its own in large type, ready to type, and is sent by Enter', async () => {
    const till = await mount()
    till.backend.tell(tillStates['awaiting a code']!)
    await settle()
    expect(till.element.shadowRoot?.activeElement === field(till)).to.equal(true)
    expect(parseFloat(getComputedStyle(field(till)).fontSize)).to.be.at.least(32)
    await sendKeys({ type: '1234' })
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(codes(till)).to.deep.equal([{ code: '1234' }])
  })

  it('does not begin with what stood in the field before', async () => {
    const till = await mount()
    field(till).focus()
    await sendKeys({ type: '8223281' })
    till.backend.tell(tillStates['awaiting a code']!)
    await settle()
    expect(field(till).value).to.equal('')
  })

  it('that was wrong says so at the field, with the tries that are left, and aloud', async () => {
    const till = await mount(tillStates['awaiting a code'])
    till.backend.instead['/code'] = () => {
      till.backend.tell({ code: { refused: true, triesLeft: 2 } })
      return Response.json(till.backend.snapshot)
    }
    till.type('0000')
    await till.submit()
    expect(field(till).value).to.equal('')
    expect(field(till).getAttribute('aria-invalid')).to.equal('true')
    expect(textOf(till.find('#hint'))).to.equal('Rangur kóði. 2 tilraunir eftir.')
    expect(textOf(till.find('[role=status]'))).to.equal('Rangur kóði. 2 tilraunir eftir.')
    expect(till.element.shadowRoot?.activeElement === field(till)).to.equal(true)
    till.type('1')
    await settle()
    expect(field(till).getAttribute('aria-invalid')).to.equal('false')
    expect(textOf(till.find('#hint'))).to.equal('2 tilraunir eftir.')
    till.backend.tell({ code: { refused: true, triesLeft: 1 } })
    await settle()
    expect(textOf(till.find('[role=status]'))).to.equal('Rangur kóði. Ein tilraun eftir.')
  })

  it('that cannot be one is not sent, and costs no try', async () => {
    const till = await mount(tillStates['awaiting a code'])
    till.type('12')
    await till.submit()
    expect(codes(till)).to.be.empty
    expect(textOf(till.find('#hint'))).to.contain('fjórir stafir')
    expect(till.heard).to.contain('error')
  })

  it('may be given by the page, and only while it is awaited', async () => {
    const till = await mount()
    await till.element.giveCode('1234')
    till.backend.tell(tillStates['awaiting a code']!)
    await settle()
    await till.element.giveCode(' 12 34 ')
    expect(codes(till)).to.deep.equal([{ code: '1234' }])
  })

  it('is not asked for any more once somebody asked to cancel', async () => {
    const till = await mount({ ...tillStates['awaiting a code'], cancelRequested: true })
    expect(till.element.renderRoot.querySelector('input')).to.equal(null)
  })
})

describe('canceling', () => {
  const cancelInto = async (changes: Parameters<Till['backend']['tell']>[0]): Promise<Till> => {
    const till = await mount(tillStates['awaiting the shopper'])
    till.backend.instead['/cancel'] = () => {
      till.backend.tell(changes)
      return Response.json(till.backend.snapshot)
    }
    till.find('[part=cancel]').click()
    await settle()
    return till
  }

  it('says that it was canceled when it was', async () => {
    const lastAttempt = { outcome: 'canceled', reason: 'canceled_by_shopper' } as const
    const till = await cancelInto({ status: 'open', lastAttempt })
    expect(textOf(till.find('h2'))).to.equal('Hætt við greiðslu')
    expect(textOf(till.find('[part=text]'))).to.equal('Ekkert var greitt.')
  })

  it('says that it was too late when it was paid', async () => {
    const till = await cancelInto({ status: 'paid' })
    expect(textOf(till.find('h2'))).to.equal('Greiðsla tókst')
    expect(textOf(till.find('[part=text]'))).to.contain('Of seint að hætta við')
    expect(textOf(till.find('[role=status]'))).to.contain('Of seint að hætta við')
  })

  it('says the same when the wish came from elsewhere', async () => {
    const till = await mount(tillStates['canceling'])
    till.backend.tell({ status: 'paid', cancelRequested: false })
    await settle()
    expect(textOf(till.find('[part=text]'))).to.contain('Of seint að hætta við')
  })

  it('claims nothing before there is an answer, and nothing of the sale before', async () => {
    const till = await cancelInto({ cancelRequested: true })
    expect(textOf(till.find('h2'))).to.equal('Hætti við…')
    till.backend.snapshot = snapshot({ status: 'paid' })
    till.element.session = 'cs_next'
    await settle()
    expect(textOf(till.find('[part=text]'))).to.equal('')
  })
})

describe('the next sale', () => {
  for (const key of ['Enter', 'F2'] as const) {
    it(`is one press of ${key} away from an outcome`, async () => {
      const till = await mount(tillStates['paid'])
      await till.clock.turn(1_000)
      const next = oneEvent(till.element.parentElement!, 'netgiro-next-sale')
      await sendKeys({ press: key })
      const event = (await next) as unknown as Event & { snapshot: { status: string } }
      expect(event.snapshot.status).to.equal('paid')
      expect(event.composed).to.equal(true)
    })
  }

  it('is one press of a large button away', async () => {
    const till = await mount(tillStates['expired'])
    till.find('[part~=next]').click()
    await settle()
    expect(till.heard.at(-1)).to.equal('next-sale')
    expect(till.element.hasAttribute('session')).to.equal(false)
  })

  it('happens once when the button is pressed by its own Enter', async () => {
    const till = await mount(tillStates['paid'])
    await till.clock.turn(1_000)
    till.find('[part~=next]').focus()
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(till.heard.filter((name) => name === 'next-sale')).to.have.length(1)
  })

  it('shows that the till is ready until the page sets another session', async () => {
    const till = await mount(tillStates['paid'])
    till.find('[part~=next]').click()
    await settle()
    expect(till.text()).to.equal('Tilbúið fyrir næstu sölu')
    await expect(till.element).to.be.accessible()
    till.backend.snapshot = snapshot({ amount: 500 })
    till.element.session = 'cs_next'
    await settle()
    expect(textOf(till.find('[part=amount]'))).to.equal('500 kr.')
    expect(field(till).value).to.equal('')
  })

  it('lets the page set the session in the event itself', async () => {
    const till = await mount(tillStates['paid'])
    till.element.addEventListener('netgiro-next-sale', () => (till.element.session = 'cs_next'))
    till.find('[part~=next]').click()
    await settle()
    expect(till.backend.calls.at(-1)?.headers.get('authorization')).to.equal('Bearer cs_next')
  })

  it('needs F2 where a field waits for its own Enter', async () => {
    const till = await mount(tillStates['declined'])
    await till.clock.turn(1_000)
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(till.heard).to.not.contain('next-sale')
    await sendKeys({ press: 'F2' })
    await settle()
    expect(till.heard.at(-1)).to.equal('next-sale')
  })

  for (const name of [
    'open',
    'awaiting the shopper',
    'uncertain',
    'open but uncertain',
    'confirming',
  ]) {
    it(`cannot begin while the sale is ${name}`, async () => {
      const till = await mount(tillStates[name])
      await till.clock.turn(1_000)
      await sendKeys({ press: 'F2' })
      await settle()
      expect(till.heard).to.not.contain('next-sale')
      expect(till.element.renderRoot.querySelector('[part~=next]')).to.equal(null)
    })
  }

  it('does not begin by the second Enter of a hasty hand', async () => {
    const till = await mount(tillStates['awaiting the shopper'])
    till.backend.tell({ status: 'paid' })
    await till.clock.turn(300)
    await sendKeys({ press: 'Enter' })
    await settle()
    expect(till.heard).to.not.contain('next-sale')
  })

  it('leaves Enter to a link or a field of the page that has the focus', async () => {
    const till = await mount(tillStates['paid'])
    await till.clock.turn(1_000)
    const page = await fixture(
      html`<div><a href="#receipt">Receipt</a><input aria-label="Note" /></div>`,
    )
    for (const selector of ['a', 'input']) {
      page.querySelector<HTMLElement>(selector)!.focus()
      await sendKeys({ press: 'Enter' })
      await till.clock.turn(1_000)
    }
    expect(till.heard).to.not.contain('next-sale')
    location.hash = ''
  })
})

it('is read from across the counter: outcome and amount in large type, a sign beside the words', async () => {
  for (const name of ['paid', 'declined', 'in review']) {
    const { element, find } = await mount(tillStates[name])
    element.style.width = '720px'
    await settle()
    for (const part of ['heading', 'amount']) {
      expect(parseFloat(getComputedStyle(find(`[part=${part}]`)).fontSize)).to.be.at.least(44)
    }
    expect(find('[part=icon]').getBoundingClientRect().width).to.be.at.least(96)
  }
})

it('fits a narrow screen', async () => {
  for (const state of Object.values(tillStates)) {
    const { element, find } = await mount(state)
    element.style.width = '288px'
    await settle()
    expect(find('[part=card]').scrollWidth).to.be.at.most(288)
    element.remove()
  }
})

it('has the events of the first element', async () => {
  const { backend, heard } = await mount(tillStates['awaiting the shopper'])
  backend.tell({ status: 'paid' })
  await settle()
  expect(heard).to.deep.equal(['status', 'status', 'paid'])
})
