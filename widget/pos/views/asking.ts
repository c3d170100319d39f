import { waiting } from '../../views/waiting.ts'
import type { TillMessages } from '../messages/messages.ts'
import type { TillView } from './view.ts'

/** The shopper's own waiting view, told of whoever was asked. */
export const asking: TillView = (snapshot, actions, messages) => {
  const { payer, status } = snapshot
  const used = payer && messages.kinds[payer.kind as keyof TillMessages['kinds']].used
  const help = status === 'awaiting_code' ? [messages.codeHelp] : messages.help
  return waiting({ ...snapshot, phone: payer?.masked ?? null }, actions, {
    ...messages,
    sentTo: used ?? '',
    help,
  })
}
