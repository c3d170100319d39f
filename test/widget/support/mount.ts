import '../../../widget/define.ts'
import '../../../widget/avarda/define.ts'
import '../../../widget/pos/define.ts'
import { fixture, html } from '@open-wc/testing'
import type { Snapshot } from '../../../server/protocol/index.ts'
import type { Platform } from '../../../widget/index.ts'
import { alone } from '../../../widget/tabs.ts'
import { FakeBackend } from './backend.ts'
import { ManualClock, settle } from './clock.ts'

type Tag = 'netgiro-checkout' | 'netgiro-pos' | 'avarda-checkout'

export interface Mounted<T extends Tag = 'netgiro-checkout'> {
  readonly element: HTMLElementTagNameMap[T]
  readonly backend: FakeBackend
  readonly clock: ManualClock
  readonly platform: Platform & { isHidden: boolean }
  /** Names of the element's events in dispatch order. */
  readonly events: string[]
  /** The first matching element in the shadow root. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as in querySelector
  readonly find: <T extends Element = HTMLElement>(selector: string) => T
  readonly text: () => string
  readonly type: (text: string) => void
  readonly submit: () => Promise<void>
}

export const eventNames = [
  'before-start',
  'status',
  'paid',
  'declined',
  'canceled',
  'expired',
  'error',
  'help',
  'next-sale',
]

export const textOf = (node: Node): string => (node.textContent ?? '').replace(/\s+/g, ' ').trim()

export function fakePlatform(
  backend: FakeBackend,
  clock: ManualClock,
): Platform & { isHidden: boolean } {
  return {
    isHidden: false,
    fetch: backend.fetch,
    now: clock.now,
    after: clock.after,
    joinTabs: alone,
    afterPaint: (task) => task(),
    random: () => 0.5,
    hidden() {
      return this.isHidden
    },
  }
}

interface Options {
  readonly locale?: string
  readonly prepare?: (backend: FakeBackend) => void
  /** Whether the page has told as well what the backend reports. */
  readonly given?: boolean
}

/** Mounts `<netgiro-checkout>` with a fake backend that reports `initial`. */
export const mount = (initial?: Partial<Snapshot>, options?: Options): Promise<Mounted> =>
  mountElement('netgiro-checkout', initial, options)

/** Mounts any of the elements. */
export async function mountElement<T extends Tag>(
  tag: T,
  initial?: Partial<Snapshot>,
  { locale = 'is', prepare, given = false }: Options = {},
): Promise<Mounted<T>> {
  sessionStorage.clear()
  localStorage.clear()
  const clock = new ManualClock()
  const backend = new FakeBackend(clock)
  backend.snapshot = { ...backend.snapshot, ...initial }
  prepare?.(backend)
  const platform = fakePlatform(backend, clock)
  const events: string[] = []
  const recordEvents = (element: Element): void =>
    eventNames.forEach((name) => {
      element.addEventListener(`netgiro-${name}`, () => events.push(name))
    })
  const parent = await fixture(html`<div></div>`)
  recordEvents(parent)
  const element = document.createElement(tag)
  element.platform = platform
  element.setAttribute('server', 'https://pay.example')
  element.setAttribute('session', 'cs_secret')
  element.setAttribute('locale', locale)
  if (given) element.setAttribute('snapshot', JSON.stringify(backend.snapshot))
  element.innerHTML = '<a href="#">Another way</a>'
  parent.append(element)
  await settle()
  if (locale === 'pl') await import('../../../widget/messages/pl.ts')
  await settle()
  const find: Mounted<T>['find'] = (selector) => element.renderRoot.querySelector(selector)!
  return {
    element,
    backend,
    clock,
    platform,
    events,
    find,
    text: () => textOf(element.renderRoot.querySelector('[part=card]')!),
    type(text) {
      const input = find<HTMLInputElement>('[part=input]')
      input.value = text
      input.dispatchEvent(new Event('input'))
    },
    async submit() {
      find<HTMLButtonElement>('form button').click()
      await settle()
    },
  }
}
