import type { Snapshot } from '../../server/protocol/index.ts'
import type { Platform } from '../platform.ts'
import { formClient, loadScript, loadTimeoutMs } from './form-script.ts'

export type Form = NonNullable<Snapshot['form']>

interface FormHost extends HTMLElement {
  readonly platform: Platform
  /** Passed to the provider's script together with its settings. */
  readonly callbackUrl: string
}

export interface FormHandlers {
  /** Called when the form reports that the shopper is done; the result is not known yet. */
  readonly onDone: () => void
  /** Called when the form is shown, or could not be. */
  readonly onChange: (state: 'shown' | 'failed') => void
}

/** Elements that the provider's script creates; leftovers of an earlier form would break the next one. */
const providerElements = '#mainiFrame, #avardaCheckOutLoadingSpinner'

let formCount = 0

/**
 * The provider's form, mounted in a light-DOM child of the host, because the provider's script does not find elements in
 * a shadow root. Each purchase gets its own child, so that two forms never share a node.
 */
export class HostedForm {
  readonly #host: FormHost
  readonly #handlers: FormHandlers
  #container: HTMLElement | null = null
  /** The form that is mounted, as JSON; empty if none is. */
  #mountedForm = ''

  constructor(host: FormHost, handlers: FormHandlers) {
    this.#host = host
    this.#handlers = handlers
  }

  /** Shows the given form instead of any other, or none. A form that is shown already is not changed. */
  show(form: Form | null): void {
    const key = form ? JSON.stringify(form) : ''
    if (key === this.#mountedForm) return
    this.#unmount()
    this.#mountedForm = key
    // Also catches errors of `createElement`, which `<form name="createElement">` may hide.
    if (form) this.#mount(form).catch(() => this.#handlers.onChange('failed'))
  }

  /** Mounts the form again after a failure. */
  retry(form: Form): void {
    this.#unmount()
    this.show(form)
  }

  /** True while the focus is inside the form. */
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
      // The script reports no error of its own: a form that it cannot draw stays empty.
      const stopWaiting = this.#host.platform.after(loadTimeoutMs, () => {
        if (isCurrent() && !container.hasChildNodes()) this.#handlers.onChange('failed')
      })
      // Before `done`, which may be called at once when the shopper returns from a card page.
      this.#handlers.onChange('shown')
      client.init({
        ...settings,
        divId: container.id,
        callbackUrl: this.#host.callbackUrl,
        done: () => {
          stopWaiting()
          if (isCurrent()) this.#handlers.onDone()
        },
      })
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
