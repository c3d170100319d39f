import { expect, it } from 'vitest'
import { CircuitBreaker } from '../../server/webhooks/circuit-breaker.ts'

it('the circuit breaker delays up to 15 seconds, and closes with the first response', () => {
  let now = 0
  const breaker = new CircuitBreaker(() => now)
  expect([breaker.isOpen, breaker.delayMs]).toEqual([false, 0])
  const pauses = Array.from({ length: 12 }, () => {
    breaker.recordFailure()
    return breaker.delayMs
  })
  expect(pauses).toEqual([0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, ...Array(4).fill(15_000)])
  for (const [passed, left] of [
    [14_000, 1_000],
    [1_000, 0],
    [1_000, 0],
  ] as const) {
    now += passed
    expect([breaker.isOpen, breaker.delayMs]).toEqual([true, left])
  }
  breaker.recordSuccess()
  expect([breaker.isOpen, breaker.delayMs]).toEqual([false, 0])
})
