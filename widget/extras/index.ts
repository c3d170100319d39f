/**
 * What some pages ask for with an attribute. Loaded when an element has one of these attributes.
 *
 * This is a file of its own for all elements, which contains no copy of Lit or of the elements' classes.
 */
import { takePartInForm, type FormMember } from './form.ts'

/** What an element hands in. */
export type ExtrasHost = FormMember

/** The extras of one element. */
export class Extras {
  readonly #element: ExtrasHost
  readonly #internals: ElementInternals | undefined

  constructor(element: ExtrasHost) {
    this.#element = element
    this.#internals = element.attachInternals?.()
    this.updated()
  }

  /** Called after each rendering of the element. */
  updated(): void {
    if (this.#internals) takePartInForm(this.#internals, this.#element)
  }
}
