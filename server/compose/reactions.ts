import type { Subscriber } from '../core/pubsub.ts'
import { paymentViews } from '../core/views.ts'
import type { Log } from '../log.ts'
import type { Core } from './core.ts'
import type { Webhooks } from './webhooks.ts'

/** Subscribes to the changes of checkouts, in the order of the reactions. Browsers, which follow one checkout, come first. */
export function subscribeAll(core: Core, { sender }: Webhooks, log: Log): void {
  const { pubsub, worker, expirer, latePayments } = core
  pubsub.subscribeToAll(changeLog(log))
  pubsub.subscribeToAll(worker)
  pubsub.subscribeToAll(expirer)
  pubsub.subscribeToAll(latePayments)
  pubsub.subscribeToAll({
    onChange(_checkout, events) {
      if (events.length > 0) sender?.wake()
    },
  })
}

const changeLog = (log: Log): Subscriber => ({
  onChange(checkout, events) {
    const { id, status, version, review } = checkout
    log.info({ checkout: id, status, version }, 'checkout changed')
    if (events.some(({ type }) => type === 'checkout.review'))
      log.error(
        { checkout: id, review, payments: paymentViews(checkout) },
        'checkout needs manual review',
      )
  },
})
