import { waiting } from '../../views/waiting.ts'
import type { PosMessages } from '../messages/messages.ts'
import type { PosView } from './view.ts'

/** The waiting view of `<netgiro-checkout>` with the texts and the masked payer of the point of sale. */
export const waitingForCustomer: PosView = (snapshot, actions, messages) => {
  const { payer, status } = snapshot
  const used = payer && messages.kinds[payer.kind as keyof PosMessages['kinds']].used
  const help = status === 'awaiting_code' ? [messages.codeHelp] : messages.help
  return waiting({ ...snapshot, phone: payer?.masked ?? null }, actions, {
    ...messages,
    sentTo: used ?? '',
    help,
  })
}
