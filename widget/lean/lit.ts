import { ReactiveElement, type PropertyValues } from '@lit/reactive-element'
import { render } from 'lit-html'

export { html } from 'lit-html'
export { css } from './css-tag.ts'

/**
 * Stands in for `LitElement` in the single-file builds: the same element, without its hooks for polyfills, hydration
 * and directives that outlive a connection, of which the widget uses none.
 */
export abstract class LitElement extends ReactiveElement {
  protected abstract render(): unknown

  protected override update(changed: PropertyValues): void {
    const content = this.render()
    super.update(changed)
    render(content, this.renderRoot)
  }
}
