import '@open-wc/testing'

// The DOM diff plugin types every `equal` as a promise; our tests compare values synchronously.
declare global {
  namespace Chai {
    interface Equal {
      (value: unknown, message?: string): Assertion
    }
  }
}
