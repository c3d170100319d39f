import type { Snapshot } from '../server/protocol/index.ts'

/** Whether a request is under way whose cancellation was not requested. */
export const isCancelable = ({ status, cancelRequested }: Snapshot): boolean =>
  !cancelRequested && /starting|awaiting/.test(status)
