import { waiting } from '../../views/waiting.ts'
import type { PosMessages } from '../messages/messages.ts'
import type { PosView } from './view.ts'

/** The shopper's own waiting view, told of whoever was asked. */
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
