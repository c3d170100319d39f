import type { Snapshot } from '../../server/protocol/index.ts'
import type { Platform } from '../platform.ts'
import { formClient, loadScript } from './form-script.ts'

export type Form = NonNullable<Snapshot['form']>

interface FormHost extends HTMLElement {
  readonly platform: Platform
  /** What the provider's script is told beside its settings. */
  readonly callbackUrl: string
}

export interface FormNews {
  /** The shopper is done with it. */
  readonly onDone: () => void
  /** It came to stand, or it could not. */
  readonly onChange: (state: 'shown' | 'failed') => void
}

/** Ids that the provider's script uses for itself: left over from an earlier form, they break the next one. */
const leftovers = '#mainiFrame, #avardaCheckOutLoadingSpinner'

let forms = 0

/**
 * The provider's form, in a child of the host: its script looks for its place in the document, where a shadow root
 * hides everything. Each purchase gets a child of its own, so that no two forms ever meet in one node.
 */
export class HostedForm {
  readonly #host: FormHost
  readonly #news: FormNews
  #place: HTMLElement | null = null
  /** Which purchase is shown. */
  #shown = ''

  constructor(host: FormHost, news: FormNews) {
    this.#host = host
    this.#news = news
  }

  /** Shows this form and no other, or none. What is there already stays untouched. */
  show(form: Form | null): void {
    const wanted = form ? JSON.stringify(form) : ''
    if (wanted === this.#shown) return
    this.#take()
    this.#shown = wanted
    // Also where the page hides what makes an element, e.g. by `<form name="createElement">`.
    if (form) this.#mount(form).catch(() => this.#news.onChange('failed'))
  }

  /** Once more after a failure. */
  retry(form: Form): void {
    this.#take()
    this.show(form)
  }

  /** True while the shopper is at work in it. */
  holdsFocus(): boolean {
    return !!this.#place?.contains(document.activeElement)
  }

  async #mount({ script, settings }: Form): Promise<void> {
    const place = (this.#place = document.createElement('div'))
    place.id = `avarda-form-${++forms}`
    place.slot = 'form'
    this.#host.append(place)
    const isCurrent = (): boolean => this.#place === place
    try {
      await loadScript(script, this.#host.nonce, this.#host.platform)
      if (!isCurrent()) return
      const client = formClient()
      if (!client || document.getElementById(place.id) !== place) throw new Error(script)
      document.querySelectorAll(leftovers).forEach((node) => node.remove())
      client.init({
        ...settings,
        divId: place.id,
        callbackUrl: this.#host.callbackUrl,
        done: () => {
          if (isCurrent()) this.#news.onDone()
        },
      })
      this.#news.onChange('shown')
    } catch {
      if (isCurrent()) this.#news.onChange('failed')
    }
  }

  #take(): void {
    this.#place?.remove()
    this.#place = null
    this.#shown = ''
  }
}
