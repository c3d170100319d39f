import { expect } from '@open-wc/testing'
import { knownOf, missedEvents, nothingKnown } from '../../widget/react-missed.ts'
import { settle } from './support/clock.ts'
import { mount, type Mounted } from './support/mount.ts'
import { states } from './support/snapshots.ts'

const { error: consoleError } = console
before(() => void (console.error = () => undefined))
after(() => void (console.error = consoleError))

const missed = ({ element }: Mounted, known = nothingKnown): string[] =>
  missedEvents(element, known).map(({ type }) => type)

/** An element whose session cannot be one, which it says at once. */
async function mountMisconfigured(): Promise<Mounted> {
  const mounted = await mount()
  mounted.element.session = 'cs þ'
  await settle()
  return mounted
}

describe('what handlers in React are told that come after the events', () => {
  it('an outcome is told once to handlers in React that come after the events', async () => {
    const mounted = await mount(states['paid'])
    expect(missed(mounted)).to.deep.equal(['netgiro-status', 'netgiro-paid'])
    expect(missed(mounted, knownOf(mounted.element))).to.be.empty
  })

  it('a wrong setup is told once to handlers in React that come late, and again for another session', async () => {
    const mounted = await mountMisconfigured()
    const [event] = missedEvents(mounted.element, nothingKnown)
    expect(event).to.include({ type: 'netgiro-error', code: 'unknown_session', snapshot: null })
    const known = knownOf(mounted.element)
    expect(missed(mounted, known)).to.be.empty
    mounted.element.session = 'cs_\u200b'
    await settle()
    expect(missed(mounted, known)).to.deep.equal(['netgiro-error'])
  })

  it('what handlers in React are told late comes from the element', async () => {
    const { element } = await mount(states['paid'])
    for (const { target, currentTarget } of missedEvents(element, nothingKnown))
      expect([target, currentTarget]).to.deep.equal([element, element])
  })

  it('handlers in React that come late are told nothing before there is anything to tell', async () => {
    const mounted = await mount(undefined, {
      prepare: (backend) => void (backend.overrides[''] = backend.neverRespond),
    })
    expect(missed(mounted)).to.be.empty
  })
})
