import type { ReactiveController } from 'lit'
import { parseAppCode } from '../../server/protocol/index.ts'
import type { Platform } from '../platform.ts'
import type { ControllerHost } from '../updating-element.ts'

interface KeyHost extends ControllerHost, HTMLElement {
  readonly platform: Platform
  readonly renderRoot: HTMLElement | DocumentFragment
}

export interface KeyHandlers {
  readonly onScan: (appCode: string) => void
  /** Returns true if it handled the key, which then reaches nothing else. */
  readonly onNext: (key: 'Enter' | 'F2') => boolean
}

/** A scanner types faster than this; fingers do not. */
const maxScannerIntervalMs = 60

/** Left of a scan by the Enter that ended it. */
const ended = '\n'

/** What takes text. An input of another type is as good as a button. */
const fields =
  'textarea,select,input:not([type=button],[type=submit],[type=reset],[type=checkbox],[type=radio])'

/**
 * Handles keys anywhere on the page: a barcode scanner, which types fast and ends with Enter, or with two where it is set to CR LF,
 * and Enter and F2 for the next sale. Keys pressed in fields of the page are left alone.
 */
export class PosKeyboard implements ReactiveController {
  readonly #host: KeyHost
  readonly #handlers: KeyHandlers
  #typed = ''
  #lastKeyAt = -Infinity

  constructor(host: KeyHost, handlers: KeyHandlers) {
    this.#host = host
    this.#handlers = handlers
    host.addController(this)
  }

  hostConnected(): void {
    // In the capture phase, so that the scanner's Enter does not press a button that happens to have the focus.
    window.addEventListener('keydown', this.#onKey, true)
  }

  hostDisconnected(): void {
    window.removeEventListener('keydown', this.#onKey, true)
  }

  #onKey = (event: KeyboardEvent): void => {
    const { key, defaultPrevented, repeat, ctrlKey, altKey, metaKey } =
      event as Partial<KeyboardEvent>
    // [chrome] Choosing a suggestion of the browser is a `keydown` without a key.
    if (!key || defaultPrevented || repeat || ctrlKey || altKey || metaKey) return
    const burst = this.#typedBefore(key)
    if ((key === 'Enter' || key === 'F2') && this.#handleKey(key, burst, event)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  /** Returns what was typed at a scanner's speed right before this key. */
  #typedBefore(key: string): string {
    const now = this.#host.platform.now()
    const burst = now - this.#lastKeyAt <= maxScannerIntervalMs ? this.#typed : ''
    if (key === 'Shift') return burst // scanners press it for capital letters
    this.#lastKeyAt = now
    this.#typed = key.length === 1 ? burst + key : key === 'Enter' && burst ? ended : ''
    return burst
  }

  #handleKey(key: 'Enter' | 'F2', burst: string, event: Event): boolean {
    const [target] = event.composedPath()
    const element = target instanceof HTMLElement ? target : document.body
    const isOurs = this.#host.renderRoot.contains(element)
    if (!isOurs && (element.matches(fields) || element.isContentEditable)) return false
    if (burst === ended) return true
    const code = parseAppCode(burst)
    if (key === 'Enter' && code) {
      this.#handlers.onScan(code)
      return true
    }
    // Enter belongs to a focused link or button of the page, and after a burst to the scanner.
    const isFree = !burst && (isOurs || element.matches('html,body'))
    return (key === 'F2' || isFree) && this.#handlers.onNext(key)
  }
}
