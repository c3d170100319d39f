import { css } from 'lit'

/** Extends the common styles with type that is legible from across the counter and large choices. */
export const posStyles = css`
  :host {
    --_danger: var(--netgiro-danger, color-mix(in srgb, #e5383b 72%, canvastext));
    max-inline-size: calc(48 * var(--_size));
    container-type: inline-size;
  }
  [part='amount'] {
    font-size: clamp(2em, 11cqi, 4em);
    line-height: 1.2;
  }
  h2 {
    font-size: clamp(1.5em, 8cqi, 3em);
    line-height: 1.15;
  }
  p,
  label,
  legend {
    font-size: clamp(1em, 3.2cqi, 1.25em);
  }
  [part='text'],
  [part='phone'],
  [part='timer'] {
    font-size: clamp(1.125em, 4.4cqi, 1.75em);
    color: inherit;
  }
  h2 + p {
    margin-block-start: 0;
  }
  input,
  button {
    font-size: clamp(1.125em, 4cqi, 1.5em);
    min-block-size: calc(4 * var(--_size));
  }
  button {
    font-weight: 600;
  }
  [part='choices'] {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.25em), 1fr));
    gap: 0.5em;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0 0 0.5em;
    color: var(--netgiro-muted, color-mix(in srgb, canvastext 64%, canvas));
  }
  [part='choice'] {
    position: relative;
    display: grid;
  }
  [type='radio'] {
    position: absolute;
    inset: 0;
    block-size: 100%;
    opacity: 0;
    cursor: pointer;
  }
  label span {
    display: grid;
    place-content: center;
    min-block-size: 4em;
    padding: 0.5em;
    text-align: center;
    border: 1px solid var(--netgiro-border, color-mix(in srgb, canvastext 48%, canvas));
    border-radius: var(--netgiro-control-radius, calc(0.625 * var(--_size)));
  }
  :checked + span {
    color: var(--netgiro-on-accent, #10222b);
    background: var(--_accent);
    border-color: transparent;
  }
  :focus-visible + span {
    outline: 2px solid #0090c8;
    outline-offset: 2px;
  }
  .code {
    padding: 0.2em;
    font-size: clamp(2em, 11cqi, 4em);
    text-align: center;
    letter-spacing: 0.3em;
  }
  [aria-invalid='true'] + p {
    font-size: clamp(1.125em, 4.4cqi, 1.75em);
    font-weight: 600;
  }
  progress {
    block-size: 0.75em;
  }
  svg {
    inline-size: clamp(4em, 22cqi, 8em);
  }
  .bad {
    background: var(--_danger);
    stroke: canvas;
  }
  .unsure {
    background: #ffe300;
  }
  kbd {
    font: inherit;
    font-weight: 400;
    opacity: 0.75;
  }
  @media (forced-colors: active) {
    :checked + span {
      outline: 4px solid highlight;
    }
  }
`
