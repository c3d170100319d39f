import { css } from 'lit'

/**
 * Styles of all elements. Shops set `--netgiro-*`; `--_*` is the same value with its default. The defaults are mixed
 * from system colours, so that light, dark and forced colours follow the page's `color-scheme`: a light shop keeps a
 * light widget on a machine in dark mode.
 */
export const styles = css`
  :host {
    --_size: var(--netgiro-font-size, max(1rem, 16px));
    --_text: var(--netgiro-text, color-mix(in srgb, canvastext 88%, canvas));
    --_surface: var(--netgiro-surface, canvas);
    --_line: var(--netgiro-line, color-mix(in srgb, canvastext 14%, canvas));
    --_accent: var(--netgiro-accent, #00aeef);
    display: block;
    max-inline-size: calc(27 * var(--_size));
  }
  :host([hidden]),
  :empty:is(p, bdi, span) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  div,
  form {
    display: grid;
    gap: 0.75em;
  }
  /* Inherit no text styles from the page: no indentation, no capitals, no direction of another language. */
  [part='card'] {
    all: initial;
    box-sizing: border-box;
    display: grid;
    gap: 1.25em;
    padding: var(--netgiro-padding, 1.5em);
    font: var(--_size) / 1.5 var(--netgiro-font, Montserrat, system-ui, sans-serif);
    color: var(--_text);
    color-scheme: inherit;
    visibility: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--netgiro-radius, 1em);
    overflow-wrap: anywhere;
  }
  p,
  label {
    font-size: 0.875em;
    color: var(--netgiro-muted, color-mix(in srgb, canvastext 64%, canvas));
  }
  p,
  bdi {
    overflow: clip;
  }
  [part='payee'],
  [part='phone'],
  [part='details'] {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    column-gap: 0.35em;
  }
  [part='mark'],
  [part='progress'] {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125em;
    forced-color-adjust: none;
  }
  i {
    inline-size: 0.875em;
    block-size: 0.875em;
    border-radius: 0 100%;
    background: #00aeef;
  }
  i + i {
    background: #64c3a2;
  }
  i + i + i {
    background: #ffe300;
  }
  [part='summary'] {
    gap: 0;
    padding-block-end: 1.25em;
    border-block-end: 1px solid var(--_line);
  }
  [part='merchant'] {
    font-size: 1.25em;
    font-weight: 600;
    color: var(--_text);
  }
  [part='amount'] {
    font-size: 2em;
  }
  input,
  button {
    font: inherit;
  }
  /* Phones zoom into a field whose text is smaller than 16 pixels. */
  input {
    font-size: max(1em, 16px);
  }
  h2 {
    font-size: 1.1875em;
    line-height: 1.3;
    text-wrap: balance;
    outline: 0;
  }
  h2 + p {
    margin-block-start: -0.5em;
  }
  h2,
  label,
  button,
  [part='amount'] {
    font-weight: 600;
    color: inherit;
  }
  input,
  button,
  [part='error'],
  [part='help'] {
    inline-size: 100%;
    min-block-size: max(3em, 44px);
    padding: 0.75em 0.875em;
    background: var(--_surface);
    border: 1px solid var(--netgiro-border, color-mix(in srgb, canvastext 48%, canvas));
    border-radius: var(--netgiro-control-radius, calc(0.625 * var(--_size)));
  }
  [part~='button'] {
    color: var(--netgiro-on-accent, #10222b);
    background: var(--_accent);
    border-color: transparent;
  }
  [part='error'],
  [part='help'] {
    background: color-mix(in srgb, var(--_accent) 8%, var(--_surface));
    border: 0;
  }
  [aria-disabled='true'] {
    opacity: 0.6;
  }
  :where(:focus-visible) {
    outline: 2px solid #0090c8;
  }
  [aria-invalid='true'],
  [aria-invalid='true'] + p,
  [part='error'] {
    color: var(--netgiro-danger, color-mix(in srgb, #e5383b 72%, canvastext));
  }
  progress {
    appearance: none;
    inline-size: 100%;
    block-size: 0.375em;
    border: 0;
    border-radius: 1em;
    overflow: hidden;
    background: var(--_line);
  }
  ::-webkit-progress-bar {
    background: none;
  }
  ::-webkit-progress-value {
    background: var(--_accent);
  }
  ::-moz-progress-bar {
    background: var(--_accent);
  }
  svg {
    order: -1;
    inline-size: 3em;
    border-radius: 50%;
    background: #64c3a2;
    fill: none;
    stroke: #10222b;
    stroke-width: 3;
  }
  [role='timer'] {
    margin-inline-start: auto;
    font-variant-numeric: tabular-nums;
  }
  [role='status'] {
    position: absolute;
    clip-path: inset(50%);
  }
  @media (prefers-reduced-motion: no-preference) {
    .busy i {
      animation: breathe 1.8s infinite;
    }
    @keyframes breathe {
      50% {
        opacity: 0.3;
      }
    }
  }
`
