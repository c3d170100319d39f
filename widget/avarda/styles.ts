import { css } from 'lit'

/** Extends the common styles with room for the provider's form and neutral colours instead of Netgíró's. */
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
  /* Hidden while no operation is in progress and while the form is shown. */
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
