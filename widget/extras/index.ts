/**
 * What an element needs when a request is on its way, and what some pages ask for with an attribute. Without it, the
 * element shows the same views.
 *
 * This is a file of its own for all elements, which contains no copy of Lit or of the elements' classes.
 */
import { signOf } from '../details/signs.ts'
import type { Outcome } from '../events.ts'
import type { Layout, LayoutHost } from '../layout/index.ts'
import { drawAttention } from './attention.ts'
import { takePartInForm, type FormMember } from './form.ts'
import { allowSound } from './sound.ts'

/** What an element hands in. */
export interface ExtrasHost extends FormMember {
  readonly outcome: Outcome | null
  addController(controller: Layout): void
  addEventListener(type: string, listener: () => void, capture: boolean): void
  importOnce<T>(file: string, load: () => Promise<T>, use: (file: T) => void): void
  getAttribute(name: string): string | null
}

/** `<netgiro-checkout>` alone has layouts; elsewhere, both are undefined. */
const wantsLayout = (
  element: ExtrasHost & Partial<LayoutHost>,
): element is ExtrasHost & LayoutHost => !!(element.layout || element.handOff)

/** The extras of one element. */
export class Extras {
  readonly #element: ExtrasHost
  readonly #internals: ElementInternals | undefined
  /** undefined until there is a snapshot. */
  #lastOutcome: Outcome | null | undefined

  constructor(element: ExtrasHost) {
    this.#element = element
    this.#internals = element.attachInternals?.()
    this.hostUpdated()
    // Before a listener of the page, which may submit the form.
    element.addEventListener('netgiro-status', () => this.#joinForm(), true)
  }

  /** Called after each rendering of the element. */
  hostUpdated(): void {
    const wanted = new Set(this.#element.getAttribute('notify')?.split(/\s+/))
    if (wanted.has('sound')) allowSound()
    this.#joinForm()
    this.#tellOutcome(wanted)
    this.#loadLayout()
  }

  #joinForm(): void {
    if (this.#internals) takePartInForm(this.#internals, this.#element)
  }

  /** From here, so that the element's own script need not know of the file. */
  #loadLayout(): void {
    const element = this.#element
    if (!wantsLayout(element)) return
    const load = () => import('../layout/index.ts')
    element.importOnce('layout', load, ({ Layout }) => element.addController(new Layout(element)))
  }

  /** An outcome that was there when the page was opened is no news. */
  #tellOutcome(wanted: ReadonlySet<string>): void {
    const { snapshot, outcome, shadowRoot } = this.#element
    const before = this.#lastOutcome
    this.#lastOutcome = snapshot ? outcome : undefined
    const sign = snapshot && outcome ? signOf(snapshot) : null
    if (!sign || before === undefined || before === outcome) return
    const heading = shadowRoot?.querySelector('h2')?.textContent ?? ''
    drawAttention(sign, heading, wanted)
  }
}
