/* global document, location, fetch, URLSearchParams */
import { translatePage, messagesFor } from '../Form/messages.js'

const id = new URLSearchParams(location.search).get('purchaseId') ?? ''
const purchase = `Form/purchases/${encodeURIComponent(id)}`

let messages = messagesFor('en-US')

function notice(text) {
  const element = document.getElementById('notice')
  element.hidden = false
  element.textContent = text
}

/** The shop's page, with the parameters that the real card page was observed to add; they prove no outcome. */
function wayBack(callbackUrl, answer) {
  const address = new URL(callbackUrl)
  address.searchParams.set('purchaseId', id)
  address.searchParams.set('callback', '1')
  address.searchParams.set('PaymentStatus', answer === 'paid' ? 'Success' : 'Failure')
  return address.href
}

async function answer(value) {
  const reply = await fetch(`${purchase}/answercard`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answer: value }),
  })
  const { callbackUrl } = await reply.json()
  if (callbackUrl && /^https?:/.test(callbackUrl)) location.assign(wayBack(callbackUrl, value))
  else notice(messages.noWayBack)
}

// Before the price has arrived, so that no click is lost.
for (const button of document.querySelectorAll('[data-answer]'))
  button.addEventListener('click', () => void answer(button.dataset.answer))

const reply = await fetch(purchase)
if (reply.ok) {
  const { price, currency, language } = await reply.json()
  messages = translatePage(language)
  const money = new Intl.NumberFormat(language, { style: 'currency', currency })
  document.getElementById('price').textContent = money.format(price)
} else notice(messages.unknown)
