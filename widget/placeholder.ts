import type { Snapshot } from '../server/protocol/index.ts'

/** A no-break space, which is as high as the text that will stand there. */
const blank = '\u00a0'

/** Shown until there is a snapshot: the form, with room for what is to be paid. It needs nothing else of one. */
export const placeholder = { status: 'open', merchant: blank, reference: blank } as Snapshot
