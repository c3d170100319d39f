/**
 * What Lit finds under the names `document` and `globalThis` in the single-file builds (`vite.config.ts` hands it in), so
 * that the page around it cannot break it by accident.
 */

/** An empty one, to make nodes with: in the page's own, `<form name="createComment">` hides the method of that name. */
const emptyDocument = (
  Reflect.get(Document.prototype, 'implementation', document) as DOMImplementation
).createHTMLDocument('')

interface PolicyFactory {
  createPolicy(name: string, rules: object): object
}
const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }

/** Where the policy may be made only once, the second script of a page goes without, and its element says so. */
function createPolicy(name: string, rules: object): object | undefined {
  try {
    return trustedTypes?.createPolicy(name, rules)
  } catch {
    return undefined
  }
}

const guardedGlobal = { trustedTypes: { createPolicy } }

export { emptyDocument as document, guardedGlobal as globalThis }
