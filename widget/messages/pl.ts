/** Polish, a file of its own that is imported when it is needed. It contains every text, also those of the details. */
import { polishKronur } from '../format.ts'
import type { Headline, Messages } from './messages.ts'

const tryAgainShortly = 'Spróbuj ponownie za chwilę.'
const nothingPaid = 'Nic nie zapłacono.'
const tooManyAttempts = 'Zbyt wiele prób.'
const tryAgainOrPayOtherwise = 'Możesz spróbować ponownie lub zapłacić w inny sposób.'
const paid = 'Płatność zakończona'
const canNoLongerPay = 'Tutaj nie można już zapłacić.'
const canceled = 'Płatność anulowana'
const expired = 'Czas minął'
const sendAgain = 'Wyślij ponownie'
const confirm: Headline = [
  'Potwierdź płatność w aplikacji Netgíró',
  'Otwórz aplikację i naciśnij „Samþykkja”, aby zatwierdzić.',
]

/** 1 minutę, 2–4 minuty, 5 minut, but 12–14 minut. */
function minutesInWords(minutes: number): string {
  if (minutes === 1) return 'minutę'
  const isFew = minutes % 10 >= 2 && minutes % 10 <= 4 && !(minutes >= 12 && minutes <= 14)
  return isFew ? 'minuty' : 'minut'
}

export const pl: Messages = {
  amount: polishKronur,
  asksFor: 'prosi o zapłatę',
  status: {
    open: ['Zapłać przez Netgíró', ''],
    starting: ['Wysyłanie prośby…', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
    confirming: ['Potwierdzanie płatności…', ''],
    paid: [paid, 'Dziękujemy.'],
    canceled: [canceled, canNoLongerPay],
    expired: [expired, canNoLongerPay],
    review: [
      'Płatność jest sprawdzana',
      'Nie płać ponownie. Skontaktuj się ze sklepem i podaj numer',
    ],
  },
  canceling: ['Anulowanie…', 'Jeśli w telefonie jest prośba, nie zatwierdzaj jej.'],
  uncertain: [
    'Nadal sprawdzamy',
    'Nie płać ponownie. Jeśli w aplikacji Netgíró jest prośba, odrzuć ją.',
  ],
  outcome: {
    declined: 'Płatność odrzucona',
    canceled,
    expired,
    failed: 'Płatność nie powiodła się',
  },
  errors: {
    declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
    canceled_by_shopper: nothingPaid,
    canceled_by_shop: 'Sklep anulował płatność.',
    ended_by_provider: `Prośba zakończyła się bez płatności. ${tryAgainOrPayOtherwise}`,
    no_answer: 'Spróbuj ponownie, gdy telefon będzie pod ręką.',
    outcome_unknown:
      'Nie otrzymaliśmy odpowiedzi. Jeśli w aplikacji jest prośba, odrzuć ją, zanim spróbujesz ponownie.',
    request_not_sent: 'Netgíró nie przyjęło prośby. Sprawdź numer lub zapłać w inny sposób.',
    amount_too_low: 'Kwota jest zbyt niska dla Netgíró.',
    provider_unavailable: `Nie udało się połączyć z Netgíró. ${tryAgainShortly}`,
    invalid_phone: 'Podaj islandzki numer komórkowy: siedem cyfr, pierwsza to 6, 7 lub 8.',
    unknown_session: 'Nie znaleziono tej płatności. Odśwież stronę lub wróć do koszyka.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `${tooManyAttempts} Zapłać w inny sposób.`,
    phone_busy: 'Na tym telefonie czeka inna prośba o płatność. Dokończ ją lub odrzuć w aplikacji.',
    too_little_time: 'Zostało zbyt mało czasu na kolejną prośbę. Wróć do koszyka.',
    temporarily_unavailable: tryAgainShortly,
    shutting_down: tryAgainShortly,
    unreachable: 'Nie udało się połączyć z serwerem płatności.',
    network: `Połączenie zostało przerwane. ${tryAgainShortly}`,
    internal_error: `Coś poszło nie tak. ${tryAgainShortly}`,
  },
  phone: 'Numer telefonu',
  hint: 'Wyślemy prośbę na ten telefon; potwierdzisz ją w aplikacji Netgíró.',
  send: 'Wyślij prośbę o płatność',
  sendAgain,
  cancel: 'Anuluj',
  replace: 'Anuluj tamtą prośbę i wyślij nową',
  sentTo: 'Wysłano na numer',
  validFor: 'Ważne jeszcze',
  seconds: 'sekund',
  mayLeave: 'Możesz zamknąć tę stronę – płatność będzie kontynuowana.',
  connecting: 'Łączenie…',
  reconnecting: 'Ponowne łączenie…',
  offline: 'Brak połączenia z internetem.',
  cancelFailed: 'Nie udało się anulować.',
  tryAgain: 'Spróbuj ponownie',
  tooLate: [paid, 'Za późno, by anulować: płatność została przyjęta.'],
  tryAgainIn: (minutes) =>
    `${tooManyAttempts} Spróbuj ponownie za ${minutes} ${minutesInWords(minutes)}.`,
  details: {
    help: {
      open_app: 'Brak powiadomienia? Prośba jest w aplikacji, w „Greiðslur á bið”.',
      no_app: 'Nie masz aplikacji? Netgíró wyśle SMS z linkiem.',
      send_again: 'Prośba nie dotarła? Wyślij ją ponownie lub zmień numer.',
      last_seconds: 'Prośba zaraz wygaśnie. Możesz wysłać nową.',
    },
    openApp: 'Otwórz aplikację Netgíró',
    sendAgain,
    changeNumber: 'Zmień numer',
    paidWith: 'Zapłacono przez',
    time: 'Czas',
    supportCode: 'Kod dla obsługi klienta',
    copy: 'Kopiuj',
    copied: 'Skopiowano',
    remember: 'Zapamiętaj numer na tym urządzeniu',
    forget: 'Zapomnij numer',
  },
}
