import { css } from 'lit'

/** On top of the common styles: room for the provider's form, and nobody's brand. */
export const formStyles = css`
  :host {
    --_accent: var(--netgiro-accent, color-mix(in srgb, canvastext 88%, canvas));
    max-inline-size: calc(42 * var(--_size));
  }
  i,
  i + i,
  i + i + i {
    border-radius: 50%;
    background: var(--_line);
  }
  .busy i {
    background: var(--_accent);
  }
  /* Nothing is under way that we wait for: the form speaks for itself. */
  [part='mark']:not(.busy),
  [part='card']:has(slot[name='form']) [part='mark'] {
    display: none;
  }
  [part~='button'] {
    color: var(--netgiro-on-accent, canvas);
  }
  div {
    grid-template-columns: minmax(0, 1fr);
  }
  ::slotted([slot='form']) {
    min-block-size: 192px;
    overflow-x: auto;
  }
`
