/* global document */
const en = {
  title: 'Checkout',
  badge: 'stand-in for Avarda · no real money',
  total: 'Total',
  mail: 'E-mail',
  zip: 'Postal code',
  approve: 'Complete purchase',
  card: 'Pay by card',
  cardHint: 'Leaves this page for a card page and comes back.',
  other: 'Or let it end differently',
  decline: 'Credit is declined',
  cancel: 'Cancel',
  timeout: 'Let it time out',
  handover: 'Pay outside, with the shop',
  refusedByShop: 'The shop stopped the purchase.',
  offline: 'No contact with the simulator, trying again…',
  unknown: 'There is no such purchase.',
  state: 'State',
  cardTitle: 'Card payment',
  cardPay: 'Pay',
  cardRefused: 'The card is refused',
  cardLeft: 'Back without paying',
  cardStuck: 'Close this page to never come back: the purchase then stays in state 6.',
  noWayBack: 'The shop has given no callbackUrl: there is no way back.',
}

const sv = {
  title: 'Kassa',
  badge: 'attrapp för Avarda · inga riktiga pengar',
  total: 'Summa',
  mail: 'E-post',
  zip: 'Postnummer',
  approve: 'Slutför köp',
  card: 'Betala med kort',
  cardHint: 'Lämnar sidan för en kortsida och kommer tillbaka.',
  other: 'Eller låt det sluta på annat sätt',
  decline: 'Krediten nekas',
  cancel: 'Avbryt',
  timeout: 'Låt tiden gå ut',
  handover: 'Betala utanför, hos butiken',
  refusedByShop: 'Butiken stoppade köpet.',
  offline: 'Ingen kontakt med simulatorn, försöker igen…',
  unknown: 'Köpet finns inte.',
  state: 'Status',
  cardTitle: 'Kortbetalning',
  cardPay: 'Betala',
  cardRefused: 'Kortet nekas',
  cardLeft: 'Tillbaka utan att betala',
  cardStuck: 'Stäng sidan för att aldrig komma tillbaka: köpet stannar då i status 6.',
  noWayBack: 'Butiken har inte angett någon callbackUrl: det finns ingen väg tillbaka.',
}

/** Texts for the states in which the form has no buttons. */
const statesEn = {
  2: 'The purchase is complete.',
  3: 'The purchase was canceled.',
  4: 'Waiting for your identification.',
  5: 'The session has timed out.',
  6: 'Waiting for the card payment.',
  7: 'Waiting for BankID.',
  8: 'The shop has canceled the purchase.',
  9: 'Waiting for your bank.',
  10: 'Waiting for the credit decision.',
  11: 'The credit was declined.',
  12: 'Waiting for Swish.',
  13: 'You pay the shop in another way.',
}

const statesSv = {
  2: 'Köpet är klart.',
  3: 'Köpet avbröts.',
  4: 'Väntar på legitimering.',
  5: 'Sessionen har gått ut.',
  6: 'Väntar på kortbetalningen.',
  7: 'Väntar på BankID.',
  8: 'Butiken har avbrutit köpet.',
  9: 'Väntar på banken.',
  10: 'Väntar på kreditbeslut.',
  11: 'Krediten nekades.',
  12: 'Väntar på Swish.',
  13: 'Du betalar butiken på annat sätt.',
}

/** Swedish for sv-SE, English for Avarda's other four languages. */
export const messagesFor = (language) =>
  language === 'sv-SE' ? { ...sv, states: statesSv } : { ...en, states: statesEn }

export function translatePage(language) {
  const messages = messagesFor(language)
  document.documentElement.lang = language
  for (const element of document.querySelectorAll('[data-message]'))
    element.textContent = messages[element.dataset.message]
  return messages
}
