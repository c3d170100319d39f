import { beforeEach, expect, it } from 'vitest'
import { PubSub } from '../../server/core/pubsub.ts'
import type { Subscriber } from '../../server/core/pubsub.ts'
import { waiting } from '../bench/checks/watch.ts'

const checkout = waiting(1)

let pubsub: PubSub
let calls: string[]
beforeEach(() => {
  pubsub = new PubSub()
  calls = []
})

const subscriber = (name: string): Subscriber => ({
  onChange: ({ id }, events, isSilent) =>
    calls.push(`${name}: ${id}, ${events.length} events${isSilent ? ', silent' : ''}`),
})

it('publishes to the subscribers of a checkout first, then to those of all in their order', () => {
  pubsub.subscribeToAll(subscriber('log'))
  pubsub.subscribeToAll(subscriber('worker'))
  pubsub.subscribe(checkout.id, subscriber('browser'))
  pubsub.subscribe('chk_2', subscriber('another browser'))
  pubsub.publish(checkout)
  expect(calls).toEqual(['browser', 'log', 'worker'].map((name) => `${name}: chk_1, 0 events`))
})

it('keeps silent changes from the subscribers of one checkout', () => {
  pubsub.subscribeToAll(subscriber('worker'))
  pubsub.subscribe(checkout.id, subscriber('browser'))
  pubsub.publish(checkout, [], true)
  expect(calls).toEqual(['worker: chk_1, 0 events, silent'])
})

it('calls a second subscriber also when the first one unsubscribes during its call', () => {
  const first: Subscriber = { onChange: () => pubsub.unsubscribe(checkout.id, first) }
  pubsub.subscribe(checkout.id, first)
  pubsub.subscribe(checkout.id, subscriber('second'))
  pubsub.publish(checkout)
  pubsub.publish(checkout)
  expect(calls).toHaveLength(2)
  expect(pubsub.subscribers(checkout.id)).toHaveLength(1)
})
