import { expect, it } from 'vitest'
import { PubSub } from '../../server/core/pubsub.ts'
import type { Subscriber } from '../../server/core/pubsub.ts'
import { checkoutIn } from '../support/checkouts.ts'

const checkout = checkoutIn('open')

it.each([0, 1, 2, 3])(
  'hands a change to each of %s readers of a checkout, until it leaves',
  (count) => {
    const pubsub = new PubSub()
    const heard: [reader: number, isSilent: boolean][] = []
    const readers = Array.from({ length: count }, (_, index): Subscriber => ({
      onChange: (_, __, isSilent) => heard.push([index, isSilent]),
    }))
    for (const reader of readers) pubsub.subscribe(checkout.id, reader)
    expect(pubsub.subscribers(checkout.id)).toEqual(readers)
    pubsub.publish(checkout)
    expect(heard).toEqual(readers.map((_, index) => [index, false]))
    for (const reader of readers) pubsub.unsubscribe(checkout.id, reader)
    expect(pubsub.subscribers(checkout.id)).toEqual([])
    pubsub.publish(checkout)
    expect(heard).toHaveLength(count)
  },
)
