'use client'

/**
 * `<netgiro-checkout>` for React 18 and 19: `import { NetgiroCheckout } from 'netgiro-checkout/react'`. It registers the
 * tag, and may be rendered on a server.
 */
import {
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useRef,
  type HTMLAttributes,
  type RefObject,
} from 'react'
import type { ElementProperties, NetgiroCheckoutAttributes } from './attributes.ts'
import './define.ts'
import type {
  NetgiroCheckoutEvent,
  NetgiroErrorEvent,
  NetgiroHelpEvent,
  NetgiroStatusEvent,
} from './events.ts'
import type { Messages } from './messages/messages.ts'
import type { NetgiroCheckout as NetgiroCheckoutElement } from './netgiro-checkout.ts'
import { asAttributes } from './react-attributes.ts'
import { knownOf, missedEvents, nothingKnown } from './react-missed.ts'

/** Handlers of the element's events. */
export interface NetgiroCheckoutHandlers {
  /** `event.preventDefault()` stops the request. */
  readonly onBeforeStart?: ((event: NetgiroCheckoutEvent) => void) | undefined
  readonly onStatus?: ((event: NetgiroStatusEvent) => void) | undefined
  readonly onPaid?: ((event: NetgiroStatusEvent) => void) | undefined
  readonly onDeclined?: ((event: NetgiroStatusEvent) => void) | undefined
  readonly onCanceled?: ((event: NetgiroStatusEvent) => void) | undefined
  readonly onExpired?: ((event: NetgiroStatusEvent) => void) | undefined
  readonly onError?: ((event: NetgiroErrorEvent) => void) | undefined
  readonly onHelp?: ((event: NetgiroHelpEvent) => void) | undefined
}

export interface NetgiroCheckoutProps
  extends
    NetgiroCheckoutAttributes,
    ElementProperties<Messages>,
    NetgiroCheckoutHandlers,
    Omit<HTMLAttributes<NetgiroCheckoutElement>, keyof NetgiroCheckoutHandlers> {}

const handlerOf = {
  'netgiro-before-start': 'onBeforeStart',
  'netgiro-status': 'onStatus',
  'netgiro-paid': 'onPaid',
  'netgiro-declined': 'onDeclined',
  'netgiro-canceled': 'onCanceled',
  'netgiro-expired': 'onExpired',
  'netgiro-error': 'onError',
  'netgiro-help': 'onHelp',
} as const satisfies Readonly<Record<string, keyof NetgiroCheckoutHandlers>>
const eventNames = Object.keys(handlerOf) as (keyof typeof handlerOf)[]

/** Calls the newest handlers, also for what the element reported before it had a listener. */
function useHandlers(
  element: RefObject<NetgiroCheckoutElement | null>,
  handlers: NetgiroCheckoutHandlers,
): void {
  const newest = useRef(handlers)
  /** A StrictMode effect runs twice and must not report twice. */
  const known = useRef(nothingKnown)
  useEffect(() => {
    newest.current = handlers
  })
  useEffect(() => {
    const target = element.current
    if (!target) return undefined
    const call = (event: NetgiroCheckoutEvent): void => {
      known.current = knownOf(target)
      const handler = newest.current[handlerOf[event.type as keyof typeof handlerOf]]
      ;(handler as ((event: Event) => void) | undefined)?.(event)
    }
    const onEvent = (event: NetgiroCheckoutEvent): void => {
      // The events bubble, and the element's slots may contain another one.
      if (event.target === target) call(event)
    }
    for (const name of eventNames) target.addEventListener(name, onEvent)
    missedEvents(target, known.current).forEach(call)
    return () => {
      for (const name of eventNames) target.removeEventListener(name, onEvent)
    }
  }, [element])
}

/**
 * The element as a component. Handlers are called also for an outcome that was known before React had hydrated the page.
 * The ref is the element.
 */
export const NetgiroCheckout = forwardRef<NetgiroCheckoutElement, NetgiroCheckoutProps>(
  function NetgiroCheckout(props, ref) {
    const { onBeforeStart, onStatus, onPaid, onDeclined, onCanceled, onExpired, ...rest } = props
    const { onError, onHelp, className, messages, ...attributes } = rest
    const element = useRef<NetgiroCheckoutElement>(null)
    useImperativeHandle(ref, () => element.current as NetgiroCheckoutElement, [])
    useHandlers(element, {
      ...{ onBeforeStart, onStatus, onPaid, onDeclined, onCanceled, onExpired, onError, onHelp },
    })
    const hadMessages = useRef(false)
    // [react] 18 would write it as an attribute. What the page sets itself stays where it never gives any here.
    useEffect(() => {
      hadMessages.current ||= messages !== undefined
      if (element.current && hadMessages.current) element.current.messages = messages
    }, [messages])
    // [react] 18 writes `className` as it is on a custom element; both versions know `class`.
    return createElement('netgiro-checkout', {
      ...asAttributes(attributes),
      class: className,
      ref: element,
    })
  },
)
