import type * as Diagnosis from './diagnosis.ts'

/**
 * Writes an explanation to the console. The texts are in a file of their own, which shoppers need not download; where it
 * cannot be loaded, the bare details are written.
 */
export function explain<Topic extends keyof typeof Diagnosis>(
  topic: Topic,
  ...details: Parameters<(typeof Diagnosis)[Topic]>
): void {
  import('./diagnosis.ts').then(
    (diagnosis) => (diagnosis[topic] as (...all: typeof details) => unknown)(...details),
    // The last one may be the element, which has the session.
    () => console.error('netgiro:', topic, ...details.slice(0, -1)),
  )
}
