import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { settle } from './support/clock.ts'
import { mount, mountElement, textOf } from './support/mount.ts'
import { snapshot, states } from './support/snapshots.ts'

const input = (mounted: Awaited<ReturnType<typeof mount>>): HTMLInputElement =>
  mounted.find<HTMLInputElement>('input')

it('sends the normalized number, with the credential in a header only', async () => {
  const mounted = await mount()
  mounted.type('+354 822-3281')
  await mounted.submit()
  const [call] = mounted.backend.requestsTo('POST', '/start')
  expect(call?.body).to.deep.equal({ phone: '8223281' })
  expect(call?.headers.get('authorization')).to.equal('Bearer cs_secret')
  expect(mounted.backend.requests.map(({ url }) => url.href).join()).to.not.contain('cs_secret')
})

it('rejects an invalid number with an error at the field, and focuses the field', async () => {
  const mounted = await mount()
  mounted.type('555')
  await mounted.submit()
  expect(mounted.backend.requestsTo('POST', '/start')).to.be.empty
  expect(input(mounted).getAttribute('aria-invalid')).to.equal('true')
  const described = mounted.find(`#${input(mounted).getAttribute('aria-describedby')!}`)
  expect(textOf(described)).to.contain('sjö tölustafi')
  expect(mounted.element.shadowRoot?.activeElement === input(mounted)).to.equal(true)
  await expect(mounted.element).to.be.accessible()
})

it('sends a number that was filled in without an input event', async () => {
  const mounted = await mount()
  mounted.element.focus()
  input(mounted).value = '822 3281'
  await sendKeys({ press: 'Enter' })
  await settle()
  expect(mounted.backend.requestsTo('POST', '/start')[0]?.body).to.deep.equal({ phone: '8223281' })
})

it('sends the number in the field when it replaced a typed one without an input event', async () => {
  const mounted = await mount()
  mounted.type('6123456')
  await settle()
  input(mounted).value = '8223281'
  await mounted.submit()
  expect(mounted.backend.requestsTo('POST', '/start')[0]?.body).to.deep.equal({ phone: '8223281' })
})

for (const [name, mark] of Object.entries({
  'a bidirectional mark': '\u202a\u202d\u200e\u2066',
  'an invisible space': '\u200b\u2060\ufeff',
  'a soft hyphen': '\u00ad',
  'a variation selector': '\ufe0d\u{e0101}',
  'an invisible filler': '\u3164\u034f\u180e',
  'a control character': '\0\u0085',
  'a bullet': '•·',
  'another dash': '‒–—―−﹣－',
  'a slash': '/',
})) {
  it(`accepts a pasted number that contains ${name}`, async () => {
    const mounted = await mount()
    mounted.type(`${mark}+354${mark} 822${mark}3281${mark}`)
    await mounted.submit()
    expect(mounted.backend.requestsTo('POST', '/start')[0]?.body).to.deep.equal({
      phone: '8223281',
    })
  })
}

for (const text of [
  '822328',
  '82232811',
  '5223281',
  '822x3281',
  '+4582232811',
  '*31#8223281',
  '354',
]) {
  it(`rejects ${text} as a phone number`, async () => {
    const mounted = await mount()
    mounted.type(text)
    await mounted.submit()
    expect(mounted.backend.requestsTo('POST', '/start')).to.be.empty
    expect(textOf(mounted.find('#hint'))).to.contain('sjö tölustafi sem byrja á 6, 7 eða 8')
  })
}

it('clears the validation error when the shopper types again', async () => {
  const mounted = await mount()
  mounted.type('555')
  await mounted.submit()
  mounted.type('5551')
  await settle()
  expect(input(mounted).getAttribute('aria-invalid')).to.equal('false')
})

it('formats the number when the field loses the focus, and not before', async () => {
  const mounted = await mount()
  input(mounted).focus()
  await sendKeys({ type: '8223281' })
  await settle()
  expect(input(mounted).value).to.equal('8223281')
  input(mounted).blur()
  await settle()
  expect(input(mounted).value).to.equal('822 3281')
})

it('shows no error when an empty field loses the focus', async () => {
  const mounted = await mount()
  input(mounted).focus()
  input(mounted).blur()
  await settle()
  expect(input(mounted).getAttribute('aria-invalid')).to.equal('false')
})

it('sends the request when Enter is pressed', async () => {
  const mounted = await mount()
  mounted.element.focus()
  await sendKeys({ type: '8223281' })
  await sendKeys({ press: 'Enter' })
  await settle()
  expect(mounted.backend.requestsTo('POST', '/start')).to.have.length(1)
})

it('sends nothing when a suggestion of the browser is chosen, which is a keydown without a key', async () => {
  for (const tag of ['netgiro-checkout', 'netgiro-pos'] as const) {
    const { find, backend, element } = await mountElement(tag)
    const field = find<HTMLInputElement>('[part=input]')
    const errors: unknown[] = []
    const record = (event: ErrorEvent) => {
      errors.push(event.message)
      event.preventDefault()
    }
    window.addEventListener('error', record)
    field.value = '8223281'
    for (const type of ['keydown', 'input', 'keyup'])
      field.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
    await settle()
    window.removeEventListener('error', record)
    expect(backend.requestsTo('POST', '/start')).to.be.empty
    expect(errors).to.be.empty
    element.remove()
  }
})

it('shows the number of its phone attribute until the shopper types another', async () => {
  const mounted = await mount()
  mounted.element.setAttribute('phone', '8223281')
  await settle()
  expect(input(mounted).value).to.equal('822 3281')
  mounted.type('6123456')
  mounted.element.setAttribute('phone', '7700001')
  await settle()
  expect(input(mounted).value).to.equal('6123456')
})

it('renders a labeled tel field for on-screen keyboards and autofill', async () => {
  const mounted = await mount()
  const { type, inputMode, autocomplete } = input(mounted)
  expect([type, inputMode, autocomplete]).to.deep.equal(['tel', 'tel', 'tel-national'])
  // WebKitGTK has no on-screen keyboard, and no property for its key.
  expect(input(mounted).getAttribute('enterkeyhint')).to.equal('send')
  expect(textOf(input(mounted).labels![0]!)).to.equal('Símanúmer')
})

it('sends what was typed on an Arabic keyboard, and shows the digits that it has sent', async () => {
  const mounted = await mount()
  mounted.type('٨٢٢ ٣٢٨١')
  input(mounted).dispatchEvent(new Event('blur'))
  await settle()
  expect(input(mounted).value).to.equal('822 3281')
  expect(input(mounted).getAttribute('aria-invalid')).to.equal('false')
  await mounted.submit()
  expect(mounted.backend.requestsTo('POST', '/start')[0]?.body).to.deep.equal({ phone: '8223281' })
})

it('sends one request when the button is pressed twice', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.neverRespond
  mounted.type('8223281')
  await mounted.submit()
  await mounted.submit()
  expect(mounted.backend.requestsTo('POST', '/start')).to.have.length(1)
  expect(mounted.find('button').getAttribute('aria-disabled')).to.equal('true')
})

it('shows no status that the backend has not reported', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.neverRespond
  mounted.type('8223281')
  await mounted.submit()
  expect(mounted.element.snapshot?.status).to.equal('open')
  expect(mounted.find('form')).to.exist
})

it('shows an error when a start gets no response for ten seconds', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.neverRespond
  mounted.type('8223281')
  await mounted.submit()
  await mounted.clock.advance(9_900)
  expect(textOf(mounted.find('[role=alert]'))).to.equal('')
  await mounted.clock.advance(200)
  expect(textOf(mounted.find('[role=alert]'))).to.contain('Samband rofnaði')
})

it('reuses the idempotency key when the response was lost, and takes a new one after a response', async () => {
  const mounted = await mount()
  const { backend } = mounted
  backend.overrides['/start'] = backend.unreachable
  mounted.type('8223281')
  await mounted.submit()
  await mounted.clock.advance(1)
  delete backend.overrides['/start']
  await mounted.submit()
  await mounted.clock.advance(1)
  await mounted.submit()
  const keys = backend
    .requestsTo('POST', '/start')
    .map(({ headers }) => headers.get('idempotency-key'))
  expect(keys).to.have.length(3)
  expect(keys[1]).to.equal(keys[0])
  expect(keys[2]).to.not.equal(keys[0])
})

it('takes a key that no other load of the page takes, also where the page seeds Math.random', async () => {
  const keys: unknown[] = []
  // Each has the same time and the same random numbers.
  for (const mounted of [await mount(), await mount()]) {
    mounted.type('8223281')
    await mounted.submit()
    keys.push(mounted.backend.requestsTo('POST', '/start')[0]?.headers.get('idempotency-key'))
  }
  expect(keys[0]).to.be.a('string')
  expect(keys[1]).to.not.equal(keys[0])
})

it('the idempotency key of one number is not used for another', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.unreachable
  for (const phone of ['8223281', '6123456']) {
    mounted.type(phone)
    await mounted.submit()
    await mounted.clock.advance(1)
  }
  const keys = mounted.backend
    .requestsTo('POST', '/start')
    .map(({ headers }) => headers.get('idempotency-key'))
  expect(new Set(keys).size).to.equal(2)
})

it('shows its own text for a problem and not the title of the response', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.problem('too_many_requests', 429)
  mounted.type('8223281')
  await mounted.submit()
  expect(textOf(mounted.find('[role=alert]'))).to.contain('Of margar tilraunir')
  expect(mounted.text()).to.not.contain('A title')
})

it('shows a general text for an unknown problem code', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.problem('constructor' as 'not_found')
  mounted.type('8223281')
  await mounted.submit()
  expect(textOf(mounted.find('[role=alert]'))).to.not.contain('native code')
})

it('clears a problem when the snapshot changes', async () => {
  const mounted = await mount()
  mounted.backend.overrides['/start'] = mounted.backend.unreachable
  mounted.type('8223281')
  await mounted.submit()
  mounted.backend.publish({ status: 'awaiting_shopper' })
  await settle()
  expect(textOf(mounted.find('[role=alert]'))).to.equal('')
})

it('keeps the number for the next attempt', async () => {
  const mounted = await mount()
  mounted.type('8223281')
  await mounted.submit()
  mounted.backend.publish({ status: 'awaiting_shopper' })
  await settle()
  mounted.backend.publish({
    status: 'open',
    lastAttempt: { outcome: 'declined', reason: 'declined' },
  })
  await settle()
  expect(input(mounted).value).to.equal('8223281')
})

it('requests cancellation and shows what the backend reports', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  mounted.backend.overrides['/cancel'] = () => {
    mounted.backend.publish({ cancelRequested: true })
    return Response.json(mounted.backend.snapshot)
  }
  mounted.find('[part=cancel]').click()
  expect(textOf(mounted.find('h2'))).to.contain('Staðfestu')
  await settle()
  expect(textOf(mounted.find('h2'))).to.equal('Hætti við…')
  mounted.backend.publish({ status: 'paid', cancelRequested: false })
  await settle()
  expect(textOf(mounted.find('h2'))).to.equal('Greiðsla tókst')
})

it('ignores start() while a request waits, and cancel() when the checkout is over', async () => {
  const waiting = await mount(states['awaiting the shopper'])
  await waiting.element.start('8223281')
  expect(waiting.backend.requestsTo('POST', '/start')).to.be.empty
  const paid = await mount(snapshot({ status: 'paid' }))
  await paid.element.cancel()
  expect(paid.backend.requestsTo('POST', '/cancel')).to.be.empty
})
