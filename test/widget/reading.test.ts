/**
 * What a screen reader reads: the accessibility tree of every state, and the announcements of every transition, as text
 * in `reading/`, to be reviewed by a person. `npx wtr --files test/widget/reading.test.ts --update-snapshots` writes it.
 */
import { expect, waitUntil } from '@open-wc/testing'
import { a11ySnapshot, getSnapshotConfig, readFile, writeFile } from '@web/test-runner-commands'
import type { Snapshot } from '../../server/protocol/index.ts'
import { settle } from './support/clock.ts'
import { mount, mountElement, textOf, type Mounted } from './support/mount.ts'
import { formStates, posStates, snapshot, states } from './support/snapshots.ts'

interface Node {
  readonly role: string
  readonly name?: string
  readonly description?: string
  readonly level?: number
  readonly invalid?: string
  readonly children?: readonly Node[]
}

const receipt = { paidAt: '2026-11-20T12:00:40Z', supportCode: 'WEB-1234-x7k2m9pq' }

type Tag = 'netgiro-checkout' | 'netgiro-pos' | 'avarda-checkout'

const checkoutStates: Record<string, Snapshot> = {
  ...states,
  'paid, with a receipt': { ...states['paid']!, ...receipt },
  'in review, with a support code': { ...states['in review']!, supportCode: receipt.supportCode },
}

/** One line for each node that a screen reader stops at. */
function linesOf({ role, name, description, level, invalid, children = [] }: Node): string[] {
  const details = [
    level === undefined ? role : `${role} ${level}`,
    name ? `“${name}”` : '',
    description ? `(${description})` : '',
    invalid === 'true' ? 'invalid' : '',
  ]
  // [aria] a form without a name is no landmark; some versions of Chromium list it all the same.
  const isRead = role !== 'RootWebArea' && (role !== 'form' || name)
  const line = isRead ? [details.filter(Boolean).join(' ')] : []
  return [...line, ...children.flatMap(linesOf)]
}

/** The command is typed as if it returned nothing. */
const takeSnapshot = a11ySnapshot as (options: object) => Promise<unknown>

const treeOf = async (interestingOnly = true): Promise<string[]> =>
  linesOf((await takeSnapshot({ interestingOnly })) as Node)

/** Times depend on the time zone. */
const withoutTimes = (line: string): string => line.replace(/\b\d?\d:\d\d(?=”)/, 'hh:mm')

async function statesIn(
  tag: Tag,
  locale: string,
  all: Readonly<Record<string, Snapshot>>,
): Promise<string> {
  const parts: string[] = []
  for (const [name, state] of Object.entries(all)) {
    const { element } = await mountElement(tag, state, { locale })
    // The script of Avarda's form is loaded in its own time.
    if (state.form && !state.cancelRequested)
      await waitUntil(() => element.querySelector('iframe'), 'the form is there')
    ;(document.activeElement as HTMLElement | null)?.blur()
    parts.push(`## ${name}`, '', ...(await treeOf()).map(withoutTimes), '')
    element.remove()
  }
  return parts.join('\n')
}

const step = async (
  mounted: Mounted<Tag>,
  name: string,
  action: () => unknown,
): Promise<string[]> => {
  const region = mounted.find('[role=status]')
  const before = [textOf(region), textOf(mounted.find('[role=alert]'))]
  const focus = mounted.element.shadowRoot?.activeElement
  await action()
  await settle()
  const { find } = mounted
  const after = [textOf(region), textOf(find('[role=alert]'))]
  const focused = mounted.element.shadowRoot?.activeElement
  const lines = [
    after[0] && after[0] !== before[0] ? `  says: ${after[0]}` : '',
    after[1] && after[1] !== before[1] ? `  alerts: ${after[1]}` : '',
    focused && focused !== focus ? `  focus: ${textOf(focused) || focused.id}` : '',
  ].filter(Boolean)
  return [name, ...(lines.length ? lines : ['  (nothing)'])]
}

async function checkoutTransitionsIn(locale: string): Promise<string> {
  const lines: string[] = []
  const mounted = await mount(undefined, { locale })
  const { backend, clock } = mounted
  const then = async (name: string, action: () => unknown) =>
    lines.push(...(await step(mounted, name, action)))
  const publish = (changes: Partial<Snapshot>) => () => backend.publish(changes)
  const end = (outcome: 'declined' | 'canceled', reason: 'declined' | 'canceled_by_shopper') =>
    publish({ status: 'open', cancelRequested: false, lastAttempt: { outcome, reason } })

  await then('the number is not one', async () => {
    mounted.element.focus()
    mounted.type('555')
    await mounted.submit()
  })
  await then('the number is sent, and the server is too busy', async () => {
    backend.overrides['/start'] = backend.problem('temporarily_unavailable', 503)
    mounted.type('8223281')
    await mounted.submit()
  })
  delete backend.overrides['/start']
  await then('the number is sent', () => mounted.submit())
  await then('the request is on its way', publish({ status: 'starting', phone: '•••3281' }))
  await then('the request waits', publish({ status: 'awaiting_shopper', lastAttempt: null }))
  for (const seconds of [19, 2, 25, 30, 45, 45, 20]) {
    await then(`${seconds} seconds later`, () => clock.advance(seconds * 1_000))
  }
  await then('the line is lost for four seconds', async () => {
    backend.overrides[''] = backend.neverRespond
    backend.overrides['/events'] = backend.neverRespond
    backend.stream.drop()
    await clock.advance(5_000)
  })
  await then('the line is back', async () => {
    delete backend.overrides['']
    delete backend.overrides['/events']
    mounted.element.refresh()
    await clock.advance(100)
  })
  await then('cancellation is requested', publish({ cancelRequested: true }))
  await then('it is canceled', end('canceled', 'canceled_by_shopper'))
  const waits = { status: 'awaiting_shopper', lastAttempt: null } as const
  const expiresAt = '2026-11-20T13:00:00Z'
  await then('another request waits', publish({ ...waits, expiresAt }))
  await then('it is declined', end('declined', 'declined'))
  await then('a third request waits', publish(waits))
  await then('it is not known whether it arrived', publish({ uncertain: true }))
  await then('it was approved', publish({ uncertain: false, status: 'confirming' }))
  await then('it is paid', publish({ status: 'paid', ...receipt }))
  mounted.element.remove()
  return lines.join('\n')
}

async function posTransitionsIn(locale: string): Promise<string> {
  const lines: string[] = []
  const mounted = await mountElement('netgiro-pos', undefined, { locale })
  const { element, backend, clock } = mounted
  const then = async (name: string, action: () => unknown) =>
    lines.push(...(await step(mounted, name, action)))
  const publish = (changes: Partial<Snapshot>) => () => backend.publish(changes)
  const publishWithout = (gone: 'code' | 'payer', changes: Partial<Snapshot>) => () => {
    const others = { ...backend.snapshot }
    Reflect.deleteProperty(others, gone)
    backend.snapshot = others
    backend.publish(changes)
  }
  const payer = { kind: 'national_id', masked: '••••••1119' } as const
  const expiresIn = (minutes: number) => ({
    expiresAt: new Date(clock.now() + minutes * 60_000).toISOString(),
  })
  const awaiting = { status: 'awaiting_code', payer, lastAttempt: null } as const

  await then('the cashier chooses the kennitala', () =>
    element.renderRoot.querySelectorAll<HTMLInputElement>('[type=radio]')[1]?.click(),
  )
  await then('the kennitala is none', async () => {
    mounted.type('123')
    await mounted.submit()
  })
  await then('the kennitala is sent', async () => {
    mounted.type('1111111119')
    await mounted.submit()
  })
  await then('the request is on its way', publish({ status: 'starting' }))
  await then('a code is sent', publish({ ...awaiting, code: { refused: false, triesLeft: 3 } }))
  await then('21 seconds later', () => clock.advance(21_000))
  await then('the code is sent', async () => {
    mounted.type('1234')
    await mounted.submit()
  })
  await then('the code is wrong', publish({ code: { refused: true, triesLeft: 2 } }))
  await then('the code is right', publishWithout('code', { status: 'confirming' }))
  await then('it is not known whether it is paid', publish({ uncertain: true }))
  await then('it is in review', publish({ status: 'review', uncertain: false }))
  await then('the next sale', () => mounted.find('[part~=button], [part~=next]').click())
  await then('its checkout is there', async () => {
    backend.snapshot = snapshot({ reference: 'WEB-1235' })
    element.setAttribute('session', 'cs_next')
    await clock.advance(100)
  })
  const byPhone = { kind: 'phone', masked: '•••3281' } as const
  await then('a request waits', () =>
    backend.publish({ status: 'awaiting_shopper', payer: byPhone, ...expiresIn(3) }),
  )
  for (const seconds of [21, 25, 75, 45, 20]) {
    await then(`${seconds} seconds later`, () => clock.advance(seconds * 1_000))
  }
  const declined = { outcome: 'declined', reason: 'declined' } as const
  await then('it is declined', publishWithout('payer', { status: 'open', lastAttempt: declined }))
  await then('a second request waits', () =>
    backend.publish({ status: 'awaiting_shopper', payer: byPhone, ...expiresIn(3) }),
  )
  await then('cancellation is requested', publish({ cancelRequested: true }))
  await then('it is paid all the same', publish({ status: 'paid', cancelRequested: false }))
  element.remove()
  return lines.join('\n')
}

async function formTransitionsIn(locale: string): Promise<string> {
  const lines: string[] = []
  const { form, status } = formStates['in the form'] ?? {}
  const inTheForm = { form, status } as Partial<Snapshot>
  const mounted = await mountElement('avarda-checkout', formStates['starting'], { locale })
  const { element, backend, clock } = mounted
  const then = async (name: string, action: () => unknown) =>
    lines.push(...(await step(mounted, name, action)))
  const publish = (changes: Partial<Snapshot>) => () => backend.publish(changes)
  const withoutForm = { form: undefined } as unknown as Partial<Snapshot>

  await then('the form is there', publish(inTheForm))
  for (const seconds of [125, 45, 20]) {
    await then(`${seconds} seconds later`, () => clock.advance(seconds * 1_000))
  }
  const declined = { outcome: 'declined', reason: 'declined' } as const
  await then('it is declined', publish({ ...withoutForm, status: 'open', lastAttempt: declined }))
  await then('another try', () => mounted.find('[part~=button]').click())
  const expiresAt = '2026-11-20T13:00:00Z'
  await then('its form is there', publish({ ...inTheForm, lastAttempt: null, expiresAt }))
  await then('the line is lost for four seconds', async () => {
    backend.overrides[''] = backend.neverRespond
    backend.overrides['/events'] = backend.neverRespond
    backend.stream.drop()
    await clock.advance(5_000)
  })
  await then('the line is back', async () => {
    delete backend.overrides['']
    delete backend.overrides['/events']
    element.refresh()
    await clock.advance(100)
  })
  await then('it is being confirmed', publish({ ...withoutForm, status: 'confirming' }))
  await then('it is paid', publish({ status: 'paid' }))
  element.remove()
  return lines.join('\n')
}

interface Reading {
  readonly tag: Tag
  readonly locales: readonly string[]
  readonly all: Readonly<Record<string, Snapshot>>
  readonly transitionsIn: (locale: string) => Promise<string>
}

const readings: readonly Reading[] = [
  {
    ...{ tag: 'netgiro-checkout', locales: ['is', 'en', 'pl'] },
    ...{ all: checkoutStates, transitionsIn: checkoutTransitionsIn },
  },
  {
    ...{ tag: 'netgiro-pos', locales: ['is', 'en'] },
    ...{ all: posStates, transitionsIn: posTransitionsIn },
  },
  {
    ...{ tag: 'avarda-checkout', locales: ['is', 'en', 'sv'] },
    ...{ all: formStates, transitionsIn: formTransitionsIn },
  },
]

for (const { tag, locales, all, transitionsIn } of readings)
  for (const locale of locales)
    it(`<${tag}> reads every state and announces every transition as reviewed, in ${locale}`, async function () {
      this.timeout(60_000)
      const path = `reading/${tag === 'netgiro-checkout' ? '' : `${tag}-`}${locale}.txt`
      const content = `# States\n\n${await statesIn(tag, locale, all)}\n# Transitions\n\n${await transitionsIn(locale)}\n`
      const { updateSnapshots } = (await getSnapshotConfig()) as { updateSnapshots: boolean }
      if (updateSnapshots) await writeFile({ path, content })
      expect((await readFile({ path })) ?? '').to.equal(content)
    })

it('the accessibility tree has both live regions while they are empty', async () => {
  await mount(snapshot())
  const tree = await treeOf(false)
  expect(tree).to.include('status').and.include('alert')
})

it('hides the bar from screen readers', async () => {
  await mount(states['awaiting the shopper'])
  expect((await treeOf()).join()).to.not.contain('progressbar')
})
