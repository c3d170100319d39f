import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { LazySheet } from './lazy-sheet.ts'

/** Where controllers are added, for good. */
export type ControllerHost = Omit<ReactiveControllerHost, 'removeController'>

/** The attributes that have changed since the last update. */
export type Changes = ReadonlySet<string>

/** As in a `dataset`: `handOff` for `hand-off`. */
const propertyOf = (attribute: string): string =>
  attribute.replace(/-./, (letter) => letter.slice(1).toUpperCase())

/** On a server there are no elements; the class can be constructed and rendered there anyway, and is never connected. */
class NoElement {
  attachShadow(): object {
    return {}
  }
}
const Base = ((globalThis as Partial<typeof globalThis>).HTMLElement ??
  NoElement) as typeof HTMLElement

/**
 * Base of the elements: properties and attributes, controllers as Lit defines them, and one update for all changes of a
 * turn, which does not come before the element is connected.
 *
 * A class of our own, because Lit's has three times the size; see `docs/decisions/031-own-base-class.md`.
 */
export abstract class UpdatingElement extends Base implements ControllerHost {
  /** Each has a property, and they follow each other. */
  declare static attributes: readonly string[]

  /** [html] read when the tag is defined, before there is an element: the accessors are made here as well. */
  static get observedAttributes(): readonly string[] {
    for (const attribute of this.attributes) {
      Object.defineProperty(this.prototype, propertyOf(attribute), {
        configurable: true,
        get(this: UpdatingElement) {
          return this.#values[attribute]
        },
        set(this: UpdatingElement, value: unknown) {
          this.#set(attribute, value)
        },
      })
    }
    return this.attributes
  }

  /** The shadow root. */
  readonly renderRoot = this.attachShadow({ mode: 'open' })

  /**
   * Its style sheets.
   *
   * @internal For the element's own files, which call `addSheet`.
   */
  abstract sheets: readonly LazySheet[]

  readonly #controllers = new Set<ReactiveController>()
  readonly #values: Record<string, string | null> = {}
  #changes = new Set<string>()
  /** What was set on the element before its script ran; it wins over attributes. */
  #early: Record<string, unknown> = {}
  #enable = (): void => undefined
  readonly #enabled = new Promise<void>((resolve) => (this.#enable = resolve))
  #update: Promise<boolean> | undefined

  constructor() {
    super()
    const { prototype } = this.constructor as typeof UpdatingElement
    for (const name of Object.keys(this)) {
      if (!(name in prototype)) continue
      this.#early[name] = Reflect.get(this, name)
      // It hides the accessor.
      Reflect.deleteProperty(this, name)
    }
    this.requestUpdate()
  }

  /** Resolves after the update that is pending: with true unless it led to another one. */
  get updateComplete(): Promise<boolean> {
    return this.#update ?? Promise.resolve(true)
  }

  addController(controller: ReactiveController): void {
    this.#controllers.add(controller)
    if (this.isConnected) controller.hostConnected?.()
  }

  /** Updates the element in a microtask, or once it is connected. */
  requestUpdate(): void {
    this.#update ??= this.#enabled.then(() => this.#performUpdate())
  }

  /**
   * Updates the element now if an attribute has changed, for a call that depends on it.
   *
   * @internal For the element's own files.
   */
  flush(): void {
    if (this.#changes.size) this.#performUpdate()
  }

  connectedCallback(): void {
    Object.assign(this, this.#early)
    this.#early = {}
    this.#enable()
    // In another place, it may have another language.
    this.requestUpdate()
    for (const controller of this.#controllers) controller.hostConnected?.()
    const { ownerDocument, renderRoot } = this
    const { defaultView } = ownerDocument
    // [cssom] An element that comes into another document has lost its style sheets, also when that is a document without a
    // window, in which some scripts put a page together.
    if (!defaultView) return
    const ours = this.sheets.map((sheet) => sheet(defaultView))
    // The page may have added its own.
    renderRoot.adoptedStyleSheets = [...new Set([...ours, ...renderRoot.adoptedStyleSheets])]
  }

  disconnectedCallback(): void {
    for (const controller of this.#controllers) controller.hostDisconnected?.()
  }

  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    Reflect.set(this, propertyOf(name), value)
  }

  /** Called before the update. */
  protected abstract willUpdate(changed: Changes): void

  /** Renders. */
  protected abstract update(): void

  /** Called after the update; what it changes leads to another one. */
  protected abstract updated(): void

  /** A value is kept as the attribute says it, trimmed: frameworks set numbers, URLs, and `false` for nothing. */
  #set(attribute: string, given: unknown): void {
    const value = (given ?? false) === false ? null : String(given).trim()
    if (value === this.#values[attribute]) return
    this.#values[attribute] = value
    this.#changes.add(attribute)
    this.requestUpdate()
  }

  #performUpdate(): boolean {
    const changed = this.#changes
    this.#changes = new Set()
    try {
      for (const attribute of changed) {
        const value = this.#values[attribute] as string | null
        if (value === null) this.removeAttribute(attribute)
        else this.setAttribute(attribute, value)
      }
      this.willUpdate(changed)
      this.update()
    } finally {
      this.#update = undefined
    }
    // What a listener of the page has changed meanwhile.
    this.flush()
    for (const controller of this.#controllers) controller.hostUpdated?.()
    this.updated()
    return !this.#update
  }
}
