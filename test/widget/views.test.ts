import { expect } from '@open-wc/testing'
import { en } from '../../widget/messages/en.ts'
import { is } from '../../widget/messages/is.ts'
import { headlineFor } from '../../widget/messages/index.ts'
import { mount, textOf } from './support/mount.ts'
import { snapshot, states } from './support/snapshots.ts'

for (const [locale, messages] of Object.entries({ is, en })) {
  for (const [name, state] of Object.entries(states)) {
    it(`renders a checkout that is ${name} accessibly in ${locale}`, async () => {
      const { element, find, text } = await mount(state, { locale })
      expect(textOf(find('h2'))).to.not.equal('')
      expect(textOf(find('h2'))).to.equal(headlineFor(state, messages)[0])
      expect(text()).to.contain(headlineFor(state, messages)[1])
      expect(textOf(find('[part=amount]'))).to.equal(locale === 'is' ? '12.990 kr.' : 'ISK 12,990')
      await expect(element).to.be.accessible()
    })
  }
}

it('shows the phone form only while the checkout is open and nothing is uncertain', async () => {
  const withForm: string[] = []
  for (const [name, state] of Object.entries(states)) {
    const { element } = await mount(state)
    if (element.renderRoot.querySelector('form')) withForm.push(name)
  }
  expect(withForm).to.deep.equal(
    Object.keys(states).filter(
      (name) =>
        states[name]!.status === 'open' &&
        !states[name]!.uncertain &&
        // Another attempt would end in the same way.
        states[name]!.lastAttempt?.reason !== 'amount_too_low',
    ),
  )
})

it('shows merchant, description and reference before a request is sent', async () => {
  const { text } = await mount()
  expect(text()).to.contain('Ullarbúðin')
  expect(text()).to.contain('Tvær peysur · WEB-1234')
})

it('shows the masked number and the time left while a request waits', async () => {
  const { text, find } = await mount(states['awaiting the shopper'])
  expect(text()).to.contain('•••3281')
  expect(text()).to.contain('Gildir í 3:00')
  expect(find<HTMLProgressElement>('progress').value).to.equal(180)
})

for (const [name, state] of Object.entries({
  'while its outcome is unknown': { ...states['of unknown outcome'], phone: '•••3281' },
  'while it is canceled before it was sent': { ...states['starting'], cancelRequested: true },
})) {
  it(`shows the masked number of a request that may be on that phone ${name}`, async () => {
    const { find, element } = await mount(state)
    expect(textOf(find('[part=phone]'))).to.equal('Sent í símann •••3281')
    await expect(element).to.be.accessible()
  })
}

it('shows no masked number once it is known that no request waits', async () => {
  const { element } = await mount({ ...states['declined'], phone: '•••3281' })
  expect(element.renderRoot.querySelector('[part=phone]')).to.equal(null)
})

for (const name of ['canceling', 'open but uncertain', 'confirming']) {
  it(`shows no cancel button while the checkout is ${name}, because another cancellation does nothing`, async () => {
    const { element } = await mount(states[name])
    expect(element.renderRoot.querySelector('button')).to.equal(null)
  })
}

it('shows slotted content of the shop after the payment', async () => {
  const { element, find } = await mount(states['paid'])
  element.innerHTML = '<a slot="paid" href="#">Receipt</a>'
  const [receipt] = find<HTMLSlotElement>('slot[name=paid]').assignedElements()
  expect(receipt).to.have.text('Receipt')
})

it('renders markup in texts of the shop as plain text', async () => {
  const hostile = '<img src=x onerror="window.hacked = true">'
  const { element, find } = await mount(
    snapshot({ merchant: hostile, description: hostile, reference: hostile, phone: hostile }),
  )
  expect(element.renderRoot.querySelector('img')).to.equal(null)
  expect(find('[part=merchant]').textContent).to.equal(hostile)
})

it('keeps a long merchant name inside a narrow card', async () => {
  const { element } = await mount({ merchant: 'Hannyrðaverslunin'.repeat(8) })
  element.style.width = '288px'
  expect(element.scrollWidth).to.be.at.most(288)
})

it('renders controls at least 44 pixels high', async () => {
  const { find } = await mount()
  for (const part of ['input', 'button']) {
    expect(find(part).getBoundingClientRect().height).to.be.at.least(44)
  }
})

it('the card is about as high while something is in progress as while the request waits', async () => {
  const heights: number[] = []
  for (const name of ['awaiting the shopper', 'starting', 'confirming', 'canceling']) {
    const { find } = await mount(states[name])
    heights.push(find('[part=card]').getBoundingClientRect().height)
  }
  expect(Math.max(...heights) - Math.min(...heights)).to.be.below(50)
})

it('the element is not displayed while its hidden attribute is set', async () => {
  const { element } = await mount()
  element.hidden = true
  expect(getComputedStyle(element).display).to.equal('none')
})

it('renders no inline styles in any state', async () => {
  for (const state of Object.values(states)) {
    const { element } = await mount(state)
    expect(element.renderRoot.querySelector('[style], style')).to.equal(null)
  }
})

for (const locale of ['is', 'en']) {
  it(`keeps the largest amount in one line on a narrow screen with large text, in ${locale}`, async () => {
    const { element, find } = await mount({ amount: 999_999_999 }, { locale })
    element.style.setProperty('--netgiro-font-size', '24px')
    element.style.width = '288px'
    const amount = find('[part=amount]')
    expect(amount.scrollWidth).to.be.at.most(amount.clientWidth)
    const style = getComputedStyle(amount)
    expect(amount.getBoundingClientRect().height).to.be.below(parseFloat(style.fontSize) * 2)
    // Where even this is too narrow, for a font that is wider still, it is not cut.
    expect(style.overflowX).to.equal('visible')
  })
}

it('makes the page no wider while its live regions are empty', async () => {
  const { element } = await mount()
  const parent = element.parentElement!
  Object.assign(parent.style, {
    width: '100%',
    paddingInlineStart: '16px',
    boxSizing: 'border-box',
  })
  element.style.setProperty('--netgiro-width', '100%')
  expect(document.documentElement.scrollWidth).to.be.at.most(window.innerWidth)
})
