/* global document, fetch, setInterval, setTimeout */

const byId = (id) => document.getElementById(id)

// The format of is-IS, which not every browser supports.
const amount = (value) => `${String(value).replace(/\B(?=(\d{3})+$)/g, '.')}\u00a0kr.`
const two = (value) => String(value).padStart(2, '0')
// Iceland keeps UTC all year.
const time = (ms) => new Date(ms).toISOString().slice(11, 19)
const date = (ms) => {
  const day = new Date(ms)
  return `${day.getUTCDate()}.${day.getUTCMonth() + 1}.${day.getUTCFullYear()} ${time(ms)}`
}
const shown = {
  gsm: (number) => number.replace(/^(\d{3})(\d{4})$/, '$1 $2'),
  ssn: (number) => number.replace(/^(\d{6})(\d{4})$/, '$1-$2'),
  app_code: (code) => code,
}

/** Rows by TransactionId; each is created once, so that it keeps the focus and does not flicker. */
const rows = new Map()
/** How many milliseconds the simulator's clock is ahead of the browser's. */
let clockOffset = 0

function makeRow(request, merchant) {
  const template = byId(request.smsCode ? 'sms' : 'request')
  const row = template.content.firstElementChild.cloneNode(true)
  row.dataset.transaction = request.transactionId
  const texts = {
    seller: merchant,
    total: amount(request.amount),
    reference: request.reference,
    customer: shown[request.kind](request.customerId),
    smsCode: request.smsCode,
    createdAt: date(request.createdAt),
    sentAt: time(request.createdAt).slice(0, 5),
    transactionId: request.transactionId,
    validTo: time(request.validTo),
    description: request.description,
  }
  for (const field of row.querySelectorAll('[data-field]')) {
    const { field: name } = field.dataset
    if (name in texts) field.textContent = texts[name] ?? ''
    if (name === 'description') field.hidden = !request.description
    if (name === 'byItself') field.hidden = !request.answersByItself
  }
  const summary = `${merchant}, ${texts.total}`
  for (const button of row.querySelectorAll('[data-action]')) {
    button.setAttribute('aria-label', `${button.textContent}: ${summary}`)
    button.addEventListener('click', () => void answer(row, button.dataset.action))
  }
  byId('announcement').textContent = request.smsCode
    ? `SMS frá Netgíró: kóðinn þinn er ${[...request.smsCode].join(' ')}`
    : `Ný greiðslubeiðni: ${summary}`
  return { row, request }
}

async function answer(row, action) {
  const buttons = row.querySelectorAll('button')
  for (const button of buttons) button.disabled = true
  try {
    await fetch(`/simulator/carts/${row.dataset.transaction}/${action}`, { method: 'POST' })
    // The list shows the outcome, also after an error.
    await refresh()
  } finally {
    for (const button of buttons) button.disabled = false
  }
}

function showWaiting(waiting, merchant) {
  const list = byId('waiting')
  const still = new Set(waiting.map((request) => request.transactionId))
  for (const [id, { row }] of rows)
    if (!still.has(id)) {
      const hadFocus = row.contains(document.activeElement)
      row.remove()
      rows.delete(id)
      if (hadFocus) document.querySelector('h1').focus()
    }
  // Newest first; existing rows stay where they are.
  for (const request of waiting.toReversed()) {
    if (rows.has(request.transactionId)) continue
    const made = makeRow(request, merchant)
    rows.set(request.transactionId, made)
    list.prepend(made.row)
  }
  byId('empty').hidden = waiting.length > 0
}

const verdicts = {
  paid: 'Greiðsla tókst',
  reserved: 'Samþykkt',
  customer: 'Greiðslu hafnað',
  provider: 'Söluaðili hætti við',
  expiry: 'Beiðnin rann út',
  callback: 'Hætt við greiðslu',
}

let lastAnswered = ''

function showAnswered(answered) {
  byId('history').hidden = answered.length === 0
  const now = JSON.stringify(answered)
  if (now === lastAnswered) return
  lastAnswered = now
  byId('answered').replaceChildren(...answered.map(answeredRow))
}

function answeredRow({ transactionId, amount: sum, reference, state, by, createdAt }) {
  const row = document.createElement('li')
  row.dataset.answered = transactionId
  const verdict = verdicts[state === 'canceled' ? by : state]
  const texts = { verdict, sum: amount(sum), reference, at: time(createdAt) }
  for (const [name, text] of Object.entries(texts)) {
    const part = document.createElement('span')
    part.className = name
    part.textContent = text
    row.append(part)
  }
  return row
}

function tick() {
  const now = Date.now() + clockOffset
  for (const { row, request } of rows.values()) {
    const ms = Math.max(0, request.validTo - now)
    const seconds = Math.ceil(ms / 1000)
    row.querySelector('[data-field="left"]').textContent =
      `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
    row.querySelector('progress').value = ms / (request.validTo - request.createdAt)
    row.classList.toggle('urgent', seconds <= 30)
    for (const part of row.querySelectorAll('[data-when]'))
      part.hidden = (part.dataset.when === 'over') !== (ms === 0)
  }
}

async function refresh() {
  try {
    const response = await fetch('/customer/requests')
    const { now, merchant, waiting, answered } = await response.json()
    clockOffset = now - Date.now()
    showWaiting(waiting, merchant)
    showAnswered(answered)
    tick()
    byId('connection-error').hidden = true
  } catch {
    byId('connection-error').hidden = false
  }
}

async function showPersonas() {
  const { personas } = await (await fetch('/customer/personas')).json()
  for (const { kind, id, does, gerir } of personas) {
    const [term, meaning, gloss] = ['dt', 'dd', 'span'].map((tag) => document.createElement(tag))
    term.textContent = shown[kind](id)
    gloss.lang = 'en'
    gloss.textContent = does
    meaning.append(gerir, gloss)
    document.querySelector(`details [data-kind="${kind}"]`).append(term, meaning)
  }
}

async function follow() {
  await refresh()
  setTimeout(() => void follow(), 1000)
}

setInterval(tick, 1000)
void showPersonas()
void follow()
