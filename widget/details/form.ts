import type { Snapshot } from '../../server/protocol/index.ts'

interface FormMember {
  readonly snapshot: Snapshot | null
  readonly name: string | null | undefined
  readonly shadowRoot: ShadowRoot | null
}

/**
 * With a name, the form around the element waits until the checkout is paid, and then sends the receipt under that name.
 *
 * @param heading - what the browser says and points at where there is no field
 */
export function takePartInForm(
  internals: ElementInternals,
  { snapshot, name, shadowRoot }: FormMember,
  heading: HTMLElement | null | undefined,
): void {
  const isPaid = snapshot?.status === 'paid'
  internals.setFormValue((isPaid && snapshot.receipt) || null)
  const field = shadowRoot?.querySelector<HTMLElement>('[part=input]')
  internals.setValidity(
    { customError: !!name && !isPaid },
    heading?.textContent || 'Netgíró',
    field ?? heading ?? undefined,
  )
}
