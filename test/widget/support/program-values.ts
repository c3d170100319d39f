import { expect } from '@open-wc/testing'

/** Values that indicate a bug when they appear in a text. */
const programValue = /\b(?:false|true|undefined|null|NaN)\b|\[object|\$\{/

/** Two sentences that were joined wrongly: `Sending…. ` */
const doubledStop = /[.…!?,:]\s*[.…]/

const attributes = ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'placeholder']

/** Everything that is displayed or announced: text nodes, what is typed, and attributes with texts. */
function visibleTexts(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((node) => [
    ...[...node.childNodes]
      .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
      .map(({ textContent }) => textContent ?? ''),
    ...attributes.map((name) => node.getAttribute(name) ?? ''),
    node instanceof HTMLInputElement ? node.value : '',
  ])
}

export function expectNoProgramValues(root: ParentNode, when: string): void {
  for (const text of visibleTexts(root)) {
    expect(text, when).to.not.match(programValue)
    expect(text, when).to.not.match(doubledStop)
  }
}
