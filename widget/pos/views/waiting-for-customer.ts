import { html } from 'lit/html.js'
import { waiting } from '../../views/waiting.ts'
import type { PosView } from './view.ts'

/** The waiting view of `<netgiro-checkout>` with the texts and the masked payer of the point of sale. */
export const waitingForCustomer: PosView = (snapshot, actions, messages) => {
  const { payer, status, cancelRequested, uncertain } = snapshot
  const { secondsLeft, secondsWaited } = actions.checkout
  const kinds: Partial<Record<string, { used: string }>> = messages.kinds
  const used = payer && kinds[payer.kind]?.used
  const canPay = status.startsWith('awaiting') && !cancelRequested && !uncertain && secondsLeft > 0
  const advice = status === 'awaiting_code' ? [messages.codeHelp] : messages.help
  const help = advice.map((text, step) =>
    canPay && secondsWaited >= 20 + 25 * step
      ? html`<p part="help" .textContent=${text}></p>`
      : null,
  )
  const texts = { ...messages, sentTo: used ?? '' }
  return waiting({ ...snapshot, phone: payer?.masked ?? null }, { ...actions, help }, texts)
}
