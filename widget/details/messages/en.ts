import type { DetailsMessages } from './messages.ts'

export const en: DetailsMessages = {
  help: {
    open_app: 'No notification? The request is under “Greiðslur á bið” in the app.',
    no_app: 'No app? Netgíró sends an SMS with a link.',
    send_again: 'No request on the phone? Send it again or change the number.',
    last_seconds: 'The request is about to expire. You can send a new one.',
  },
  openApp: 'Open the Netgíró app',
  sendAgain: 'Send again',
  changeNumber: 'Change number',
  paidWith: 'Paid with',
  time: 'Time',
  formatTime: (date, timeOfDay) => {
    const day = date.toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    })
    return `${day}, ${timeOfDay}`
  },
  supportCode: 'Support code',
  copy: 'Copy',
  copied: 'Copied',
  remember: 'Remember the number on this device',
  forget: 'Forget the number',
}
