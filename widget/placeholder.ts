import type { Snapshot } from '../server/protocol/index.ts'

/** A no-break space, which is as high as the text that will stand there. */
const blank = '\u00a0'

/** Shown until there is a snapshot: the form, with room for what is to be paid. */
export const placeholder: Snapshot = {
  ...{ status: 'open', version: 0, amount: 0, currency: '' },
  ...{ reference: blank, description: null, merchant: blank, phone: null },
  ...{ expiresAt: '', serverTime: '', cancelRequested: false, uncertain: false, lastAttempt: null },
}
