import { html } from 'lit/html.js'
import { waiting } from '../../views/waiting.ts'
import type { PosView } from './view.ts'

/** The waiting view of `<netgiro-checkout>` with the texts and the masked payer of the point of sale. */
export const waitingForCustomer: PosView = (snapshot, actions, messages) => {
  const { payer, status } = snapshot
  const kinds: Partial<Record<string, { used: string }>> = messages.kinds
  const used = payer && kinds[payer.kind]?.used
  const isAwaiting = status.startsWith('awaiting') && !snapshot.cancelRequested
  const advice = status === 'awaiting_code' ? [messages.codeHelp] : messages.help
  const help = advice.map((text, step) =>
    !isAwaiting || actions.checkout.secondsWaited < 20 + 25 * step
      ? null
      : html`<p part="help" .textContent=${text}></p>`,
  )
  const texts = { ...messages, sentTo: used ?? '' }
  return waiting({ ...snapshot, phone: payer?.masked ?? null }, { ...actions, help }, texts)
}
