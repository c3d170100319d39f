import { css } from 'lit'

/**
 * Every custom property and every part, in one place. A shop sets `--netgiro-*` from outside; `--_*` stands for the
 * value with its default. The defaults are mixed from the system's colours, so that light, dark and forced colours all
 * follow the page's own `color-scheme`: a light shop keeps a light widget on a dark machine.
 */
export const styles = css`
  :host {
    --_surface: var(--netgiro-surface, canvas);
    --_line: var(--netgiro-line, color-mix(in srgb, canvastext 14%, canvas));
    --_accent: var(--netgiro-accent, #00aeef);
    display: block;
    max-inline-size: 27rem;
    font: 1rem/1.5 var(--netgiro-font, Montserrat, system-ui, sans-serif);
    color: var(--netgiro-text, color-mix(in srgb, canvastext 88%, canvas));
  }
  :host([hidden]),
  p:empty {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  div,
  form {
    display: grid;
    gap: 0.75rem;
  }
  [part='card'] {
    gap: 1.25rem;
    padding: var(--netgiro-padding, 1.5rem);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--netgiro-radius, 1rem);
    overflow-wrap: anywhere;
  }
  p,
  label {
    font-size: 0.875rem;
    color: var(--netgiro-muted, color-mix(in srgb, canvastext 64%, canvas));
  }
  [part='mark'],
  [part='progress'] {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem;
    forced-color-adjust: none;
  }
  i {
    inline-size: 0.875rem;
    block-size: 0.875rem;
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
    padding-block-end: 1.25rem;
    border-block-end: 1px solid var(--_line);
  }
  [part='amount'] {
    font-size: 2rem;
  }
  input,
  button {
    font: inherit;
  }
  h2 {
    font-size: 1.1875rem;
    line-height: 1.3;
    text-wrap: balance;
    outline: 0;
  }
  h2 + p {
    margin-block-start: -0.5rem;
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
    min-block-size: 3rem;
    padding: 0.75rem 0.875rem;
    background: var(--_surface);
    border: 1px solid var(--netgiro-border, color-mix(in srgb, canvastext 48%, canvas));
    border-radius: var(--netgiro-control-radius, 0.625rem);
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
    block-size: 0.375rem;
    border: 0;
    border-radius: 1rem;
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
    inline-size: 3rem;
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
