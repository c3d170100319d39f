import { expect } from '@open-wc/testing'
import type { NetgiroCheckoutEvent } from '../../widget/index.ts'
import { settle } from './support/clock.ts'
import { mount } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const receipt = 'header.content.signature'

/** Puts the element into a form, with a button, as a shop would. */
async function inForm(
  mounted: { readonly element: HTMLElement },
  name: string | null = 'receipt',
): Promise<{ form: HTMLFormElement; submitted: FormData[]; press: () => void }> {
  const form = document.createElement('form')
  const button = document.createElement('button')
  const submitted: FormData[] = []
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submitted.push(new FormData(form))
  })
  mounted.element.parentElement?.append(form)
  if (name !== null) mounted.element.setAttribute('name', name)
  form.append(mounted.element, button)
  await settle()
  return { form, submitted, press: () => button.click() }
}

it('keeps the form around it from being submitted until it is paid, and leads to its field', async () => {
  const mounted = await mount(states['open'], { locale: 'en' })
  const { form, submitted, press } = await inForm(mounted)
  press()
  expect(submitted).to.be.empty
  expect(form.checkValidity()).to.equal(false)
  expect(mounted.element.shadowRoot?.activeElement).to.equal(mounted.find('[part=input]'))
})

it('keeps the form from being submitted in every state but paid, also without a field', async () => {
  for (const [name, state] of Object.entries(states)) {
    const { form } = await inForm(await mount(state))
    expect(form.checkValidity(), name).to.equal(state.status === 'paid')
  }
})

it('submits the receipt under its name once it is paid', async () => {
  const mounted = await mount({ ...states['paid'], receipt })
  const { submitted, press } = await inForm(mounted)
  press()
  expect(submitted.map((data) => [...data.entries()])).to.deep.equal([[['receipt', receipt]]])
})

it('lets the form be submitted when the payment arrives, and the event has the receipt', async () => {
  const mounted = await mount(states['awaiting the shopper'])
  const { form, submitted } = await inForm(mounted)
  const receipts: (string | undefined)[] = []
  for (const name of ['netgiro-status', 'netgiro-paid'] as const)
    mounted.element.addEventListener(name, (event: NetgiroCheckoutEvent) =>
      receipts.push(event.receipt),
    )
  mounted.element.addEventListener('netgiro-paid', () => {
    void mounted.element.updateComplete.then(() => form.requestSubmit())
  })
  mounted.backend.publish({ ...states['paid'], version: 90, receipt })
  await settle()
  expect(receipts).to.deep.equal([receipt, receipt])
  expect(submitted.map((data) => data.get('receipt'))).to.deep.equal([receipt])
})

it('submits nothing of its own where the server signs no receipts', async () => {
  const mounted = await mount(states['paid'])
  const { submitted, press } = await inForm(mounted)
  press()
  expect(submitted.map((data) => [...data.keys()])).to.deep.equal([[]])
})

it('takes no part in a form without a name', async () => {
  const mounted = await mount(states['open'])
  const { submitted, press } = await inForm(mounted, null)
  press()
  expect(submitted).to.have.length(1)
  mounted.element.setAttribute('name', 'receipt')
  await settle()
  press()
  expect(submitted).to.have.length(1)
})

it('does not submit the form around it when its own is submitted', async () => {
  const mounted = await mount(states['open'])
  const { submitted } = await inForm(mounted)
  mounted.type('8223281')
  await mounted.submit()
  expect(submitted).to.be.empty
})
