import type { Snapshot } from '../../server/protocol/index.ts'

export interface FormMember {
  readonly localName: string
  readonly snapshot: Snapshot | null
  readonly name: string | null | undefined
  readonly shadowRoot: ShadowRoot | null
  /** Safari before 16.4 has none: there, a form does not wait. */
  attachInternals?(): ElementInternals
}

/** The checkouts without a receipt that the console has named. */
const named = new Set<string>()

/**
 * With a name, the form around the element waits until the checkout is paid, and then sends the receipt under that name.
 * The browser says what the heading says, and points at the field, or at the heading where there is none.
 */
export function takePartInForm(internals: ElementInternals, element: FormMember): void {
  const { snapshot, name, shadowRoot, localName } = element
  const isPaid = snapshot?.status === 'paid'
  internals.setFormValue((isPaid && snapshot.receipt) || null)
  const find = (selector: string) => shadowRoot?.querySelector<HTMLElement>(selector) ?? undefined
  const heading = find('h2')
  internals.setValidity(
    { customError: !!name && !isPaid },
    heading?.textContent || 'Netgíró',
    find('dialog:not([open])+[part~=opener]') ?? find('[part=input]') ?? heading,
  )
  if (name && isPaid && !snapshot.receipt && !named.has(snapshot.reference)) {
    named.add(snapshot.reference)
    console.warn(
      `netgiro: <${localName} name="${name}"> submits nothing, because the payment server signs no receipts. Set its RECEIPT_KEY, or remove the name.`,
    )
  }
}
