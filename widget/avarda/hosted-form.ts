import type { Snapshot } from '../../server/protocol/index.ts'
import type { Platform } from '../platform.ts'
import { formClient, loadScript } from './form-script.ts'

export type Form = NonNullable<Snapshot['form']>

interface FormHost extends HTMLElement {
  readonly platform: Platform
  /** What the provider's script is told beside its settings. */
  readonly callbackUrl: string
}

export interface FormHandlers {
  /** The shopper is done with it. */
  readonly onDone: () => void
  /** It came to stand, or it could not. */
  readonly onChange: (state: 'shown' | 'failed') => void
}

/** Ids that the provider's script uses for itself: left over from an earlier form, they break the next one. */
const providerElements = '#mainiFrame, #avardaCheckOutLoadingSpinner'

let formCount = 0

/**
 * The provider's form, in a child of the host: its script looks for its place in the document, where a shadow root
 * hides everything. Each purchase gets a child of its own, so that no two forms ever meet in one node.
 */
export class HostedForm {
  readonly #host: FormHost
  readonly #handlers: FormHandlers
  #container: HTMLElement | null = null
  /** Which purchase is shown. */
  #mountedForm = ''

  constructor(host: FormHost, handlers: FormHandlers) {
    this.#host = host
    this.#handlers = handlers
  }

  /** Shows this form and no other, or none. What is there already stays untouched. */
  show(form: Form | null): void {
    const wanted = form ? JSON.stringify(form) : ''
    if (wanted === this.#mountedForm) return
    this.#unmount()
    this.#mountedForm = wanted
    // Also where the page hides what makes an element, e.g. by `<form name="createElement">`.
    if (form) this.#mount(form).catch(() => this.#handlers.onChange('failed'))
  }

  /** Once more after a failure. */
  retry(form: Form): void {
    this.#unmount()
    this.show(form)
  }

  /** True while the shopper is at work in it. */
  holdsFocus(): boolean {
    return !!this.#container?.contains(document.activeElement)
  }

  async #mount({ script, settings }: Form): Promise<void> {
    const container = (this.#container = document.createElement('div'))
    container.id = `avarda-form-${++formCount}`
    container.slot = 'form'
    this.#host.append(container)
    const isCurrent = (): boolean => this.#container === container
    try {
      await loadScript(script, this.#host.nonce, this.#host.platform)
      if (!isCurrent()) return
      const client = formClient()
      if (!client || document.getElementById(container.id) !== container) throw new Error(script)
      document.querySelectorAll(providerElements).forEach((node) => node.remove())
      client.init({
        ...settings,
        divId: container.id,
        callbackUrl: this.#host.callbackUrl,
        done: () => {
          if (isCurrent()) this.#handlers.onDone()
        },
      })
      this.#handlers.onChange('shown')
    } catch {
      if (isCurrent()) this.#handlers.onChange('failed')
    }
  }

  #unmount(): void {
    this.#container?.remove()
    this.#container = null
    this.#mountedForm = ''
  }
}
