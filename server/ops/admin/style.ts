/** The support page's style sheet, served as a file of its own: the page allows no style inside it. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f6f8, #0e1519);
  --card: light-dark(#fff, #172127);
  --line: light-dark(#d5dde2, #2e3c45);
  --text: light-dark(#10222b, #e8eef1);
  --quiet: light-dark(#51636d, #9db0ba);
  --accent: light-dark(#006f9c, #4cc3f1);
  --on-accent: light-dark(#fff, #06202b);
  --good: light-dark(#0d6b3c, #6fdca3);
  --bad: light-dark(#a81c1c, #ff9c94);
  --waiting: light-dark(#7a4b00, #f3c46a);
  font: 1rem/1.5 system-ui, sans-serif;
  color: var(--text);
  background: var(--ground);
}
*, ::before, ::after { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 60rem }
h1, h2, h3, p, dl, dd, ol { margin: 0; padding: 0 }
h1 { font-size: 1.375rem; line-height: 1.25; overflow-wrap: anywhere }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem }
h3, h4 { font-size: 1rem; margin: 0; overflow-wrap: anywhere }
section > h3 { margin: 1.25rem 0 .5rem }
code { font: .875em ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere }
a { color: var(--accent) }
label { display: block; font-size: .875rem; color: var(--quiet) }
input, button { font: inherit; min-height: 2.75rem; border-radius: .5rem; padding: 0 .875rem }
input { width: 100%; color: inherit; background: var(--card); border: 1px solid var(--quiet) }
button { border: 1px solid transparent; color: var(--on-accent); background: var(--accent); font-weight: 600; cursor: pointer }
button.plain { color: var(--accent); background: none; border-color: currentColor }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
header { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; justify-content: space-between; margin-bottom: 1.5rem }
header form[role='search'] { flex: 1 1 20rem; display: grid; grid-template-columns: 1fr auto; gap: .25rem .5rem }
header label { grid-column: 1 / -1 }
.session { display: flex; gap: .5rem }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin-bottom: .75rem }
.summary p { margin-top: .25rem }
.amount { font-size: 1.75rem; font-weight: 600; font-variant-numeric: tabular-nums }
.status::before { content: '●'; margin-inline-end: .4em }
.status.good { color: var(--good) }
.status.bad { color: var(--bad) }
.status.waiting { color: var(--waiting) }
.status.over { color: var(--quiet) }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .5rem 1.5rem; margin-top: .75rem }
dt { font-size: .8125rem; color: var(--quiet) }
time, dd { font-variant-numeric: tabular-nums }
.timeline { list-style: none; padding: 0 1rem }
.timeline li { display: grid; grid-template-columns: 12.5rem 1fr; gap: 0 1rem; padding: .625rem 0; border-top: 1px solid var(--line) }
.timeline li:first-child { border: 0 }
.timeline time { color: var(--quiet); white-space: nowrap }
.evidence { display: block; font-size: .9375rem }
.event { display: flex; flex-wrap: wrap; gap: .75rem; justify-content: space-between; align-items: start }
.event > div { flex: 1 1 20rem }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .75rem 1rem; margin-bottom: 1rem }
.description h2 { margin: 0 0 .75rem }
.hint { font-size: .8125rem; color: var(--quiet) }
.count { font-weight: 400; color: var(--quiet) }
.count::before { content: '(' }
.count::after { content: ')' }
.results { list-style: none; padding: 0; margin: 1rem 0 }
.results ul, .hints { margin: .5rem 0 0; padding-inline-start: 1.25rem }
.hints { margin-bottom: 1.5rem }
.line { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline }
.sum { font-weight: 600; font-variant-numeric: tabular-nums }
.notice h2 { margin: 0; font-size: 1rem }
.notice.bad { border-color: var(--bad) }
.notice.waiting { border-color: var(--waiting) }
.notice.over { border-color: var(--quiet) }
main > p:first-child { margin-bottom: .75rem }
.contents { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; margin: 0; padding: 0 }
.notice p + p { margin-top: .25rem }
.closing { display: grid; gap: .5rem; margin-top: .75rem; max-width: 32rem }
details { margin-top: .75rem }
summary { cursor: pointer; color: var(--accent) }
.quiet { color: var(--quiet) }
h1 + .quiet { margin-top: .25rem }
.quiet:has(+ .card) { margin-bottom: .75rem }
.notice, .warning { border-inline-start: 4px solid var(--good); background: var(--card); padding: .75rem 1rem; margin-bottom: 1rem; overflow-wrap: anywhere }
.warning { border-color: var(--bad) }
.login { max-width: 24rem; margin: 12vh auto 1rem }
.login form:first-child { display: grid; gap: .75rem }
.login label { margin-bottom: -.5rem }
.complaint { color: var(--bad) }
footer { margin-top: 2rem; font-size: .8125rem; color: var(--quiet) }
@media (max-width: 34rem) {
  .timeline li { grid-template-columns: 1fr }
  dl > div { display: grid; grid-template-columns: 6rem 1fr; gap: 0 .5rem; align-items: baseline }
  .event form, .event button { width: 100% }
  .fields { grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)) }
  .fields > div { grid-column: 1 / -1 }
  .fields > .short { grid-column: auto }
}
`
