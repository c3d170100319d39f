/* global window, document, location, fetch, setInterval, ResizeObserver, URLSearchParams */
import { translatePage, messagesFor } from './messages.js'

const byId = (id) => document.getElementById(id)
const settings = new URLSearchParams(location.search)
const purchase = `Form/purchases/${encodeURIComponent(settings.get('purchaseId') ?? '')}`
const shop = settings.get('parent')

const openState = 1
/** Reached by the payer; 5 is a timeout, and 8 the shop's doing. */
const finishedStates = [2, 3, 10, 11, 13]
const finalStates = [2, 3, 5, 8, 11, 13]
/** The actions that call the shop's beforeCompleteHook. */
const completing = ['approve', 'gotocard', 'decline']
const methodOfCard = 2

let shown
let finished = false
let messages = messagesFor('en-US')
const waiting = new Map()

const postToShop = (message) => {
  if (shop && window.parent !== window) window.parent.postMessage(message, shop)
}

/** Calls a hook of the shop; a form outside a shop's page goes on without. */
function askShop(question, message) {
  if (!shop || window.parent === window) return Promise.resolve({ goOn: true })
  return new Promise((resolve) => {
    waiting.set(question, resolve)
    postToShop({ type: question, ...message })
  })
}

window.addEventListener('message', ({ source, origin, data }) => {
  if (source !== window.parent || origin !== shop) return
  if (data?.type === 'reload') void refresh()
  if (data?.type === 'answer') {
    waiting.get(data.question)?.(data)
    waiting.delete(data.question)
  }
})

async function send(action, body = {}) {
  const answer = await fetch(`${purchase}/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return read(answer)
}

async function read(answer) {
  if (answer.status === 404) return null
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.json()
}

async function refresh() {
  try {
    show(await read(await fetch(purchase)))
  } catch {
    notice(messages.offline)
  }
}

async function act(action) {
  notice('')
  const [mail, zip] = [byId('mail').value, byId('zip').value]
  if (completing.includes(action)) {
    const { goOn, reason } = await askShop('beforeComplete', {
      paymentMethod: action === 'gotocard' ? methodOfCard : shown.method,
      data: {
        externalId: shown.purchaseId,
        selectedPaymentMethod: action === 'gotocard' ? methodOfCard : shown.method,
        deliveryZip: zip,
        deliveryCountry: shown.country,
      },
    })
    if (!goOn) return notice(reason || messages.refusedByShop)
  }
  const now = await send(action, { mail, zip })
  const away = action === 'gotocard' && now?.state === 6
  if (!away) return show(now)
  const card = new URL(`Card?purchaseId=${now.purchaseId}`, location.href).href
  if (window.parent === window) location.assign(card)
  else postToShop({ type: 'redirect', url: card })
}

function notice(text) {
  byId('notice').hidden = text === ''
  byId('notice').textContent = text
}

function show(view) {
  if (byId('notice').textContent === messages.offline) notice('')
  if (shown && JSON.stringify(shown) === JSON.stringify(view)) return
  const before = shown
  shown = view
  if (!view) {
    byId('order').hidden = true
    byId('message').textContent = messages.unknown
    return
  }
  messages = translatePage(view.language)
  byId('order').hidden = view.state !== openState
  if (view.state === openState) showOrder(view, before)
  byId('message').textContent = messages.states[view.state] ?? ''
  byId('state').textContent = view.state === openState ? '' : `${messages.state} ${view.state}`
  // The focused button is gone: without this the keyboard focus would start again at the top of the shop's page.
  if (before?.state === openState && view.state !== openState) byId('message').focus()
  if (!finished && finishedStates.includes(view.state)) {
    finished = true
    postToShop({ type: 'done' })
  }
}

function showOrder(view, before) {
  const money = new Intl.NumberFormat(view.language, { style: 'currency', currency: view.currency })
  byId('price').textContent = money.format(view.price)
  byId('items').replaceChildren(
    ...view.items.map(({ description, amount }) => {
      const row = document.createElement('li')
      const [name, sum] = [document.createElement('span'), document.createElement('span')]
      name.textContent = description
      sum.textContent = money.format(amount)
      row.append(name, sum)
      return row
    }),
  )
  // An updated cart must not overwrite what the payer has typed.
  if (before?.state === openState) return
  byId('mail').value = view.mail
  byId('mail').readOnly = !view.mailEditable && view.mail !== ''
  byId('zip').value = view.zip
}

function addShopsStyle() {
  const address = settings.get('customCssUrl')
  if (!address || !/^https?:/.test(address)) return
  const link = document.createElement('link')
  Object.assign(link, { rel: 'stylesheet', href: address })
  document.head.append(link)
  if (settings.has('replaceDefaultCss')) byId('default-style').remove()
}

byId('payment').addEventListener('submit', (event) => event.preventDefault())
for (const button of document.querySelectorAll('[data-action]'))
  button.addEventListener('click', async () => {
    const buttons = document.querySelectorAll('[data-action]')
    for (const one of buttons) one.disabled = true
    await act(button.dataset.action).catch(() => notice(messages.offline))
    for (const one of buttons) one.disabled = false
  })

byId('zip').addEventListener('change', async () => {
  const customerInfo = { ZipCode: byId('zip').value, Country: shown.country }
  const { goOn, reason } = await askShop('deliveryAddress', { customerInfo })
  if (!goOn) notice(reason || messages.refusedByShop)
})

new ResizeObserver(() => {
  postToShop({
    type: 'height',
    pixels: Math.ceil(document.documentElement.getBoundingClientRect().height),
  })
}).observe(document.documentElement)

async function begin() {
  const [notifyUrl, callbackUrl] = [settings.get('notifyUrl'), settings.get('callbackUrl')]
  try {
    show(await send('open', { notifyUrl, callbackUrl }))
  } catch {
    notice(messages.offline)
  }
  postToShop({ type: 'ready' })
}

// The browser's back button restores the page from its cache after the card page, without calling init again.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) void begin()
})

addShopsStyle()
await begin()
setInterval(() => {
  if (shown !== null && !finalStates.includes(shown?.state)) void refresh()
}, 1000)
