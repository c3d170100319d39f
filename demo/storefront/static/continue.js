/* global document, fetch, history, location */
// The order that was opened on a computer goes on here. The token leaves the address at once, so that it is not in the history.
const token = location.hash.slice(1)
history.replaceState(null, '', location.pathname)

const ask = () => fetch('/continue', { method: 'POST', body: token }).catch(() => null)
const answer = token ? await ask() : null
if (answer?.ok) location.replace((await answer.json()).page)
else document.querySelector('[data-used]').hidden = false
