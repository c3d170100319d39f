import '@open-wc/testing'

// The DOM-diff plugin types every `equal` as a promise; ours compare values, at once.
declare global {
  namespace Chai {
    interface Equal {
      (value: unknown, message?: string): Assertion
    }
  }
}
