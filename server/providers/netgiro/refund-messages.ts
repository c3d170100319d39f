/** [netgiro] refund, V2: "Refund successful"; response: "Success". */
const successMessages: readonly unknown[] = ['Refund successful', 'Success']

/** Whether the Message of an answer about a refund says that it was made. */
export const saysRefunded = (message: unknown): boolean => successMessages.includes(message)

/** Whether the Message may stand beside a success: it says the same, or nothing. */
export const mayMeanRefunded = (message: unknown): boolean =>
  message === null || message === '' || saysRefunded(message)
