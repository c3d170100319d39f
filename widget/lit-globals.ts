/**
 * Replaces `document` and `globalThis` inside Lit in the self-contained scripts (see `vite.config.ts`), so that the page
 * cannot break Lit by accident.
 */

/** An empty document creates the nodes: in the page's own, `<form name="createComment">` shadows that method. */
const emptyDocument = Reflect.get(
  HTMLDocument.prototype,
  'implementation',
  document,
).createHTMLDocument('')

interface PolicyFactory {
  createPolicy(name: string, rules: object): object
}
const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }

/** Returns undefined if the policy exists already and the page forbids duplicates; the element then shows its fallback. */
function createPolicy(name: string, rules: object): object | undefined {
  try {
    return trustedTypes?.createPolicy(name, rules)
  } catch {
    return undefined
  }
}

const guardedGlobal = { trustedTypes: { createPolicy } }

export { emptyDocument as document, guardedGlobal as globalThis }
