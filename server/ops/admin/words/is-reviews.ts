import type { Words } from './words.ts'

/** What each reason for a review means, and what to do about it. */
export const isReviews: Words['reviews'] = {
  amount_mismatch: {
    observed: 'Greiðsluþjónustan segir frá annarri upphæð en pöntunin er.',
    action:
      'Berðu upphæðirnar saman á þjónustuvefnum. Hafi verið greitt skaltu afhenda fyrir rétta upphæð eða endurgreiða.',
  },
  reference_mismatch: {
    observed: 'Greiðsluþjónustan segir frá greiðslu undir annarri tilvísun en okkar.',
    action: 'Flettu færslunni upp á þjónustuvefnum og finndu hvaða pöntun hún greiðir.',
  },
  currency_mismatch: {
    observed: 'Greiðsluþjónustan segir frá öðrum gjaldmiðli en pöntunin er í.',
    action:
      'Berðu þá saman á þjónustuvefnum og athugaðu hvaða gjaldmiðill er stilltur á reikningnum.',
  },
  outcome_unknown: {
    observed: 'Greiðsluþjónustan sagði aldrei hvernig greiðslunni lauk.',
    action:
      'Flettu greiðslunni upp á þjónustuvefnum. Hafi verið greitt skaltu afhenda eða endurgreiða; annars má greiða pöntunina með öðrum hætti.',
  },
  unproven_payment: {
    observed:
      'Greiðsluþjónustan segir frá greiðslu en ekkert í svarinu sýnir að hún sé fyrir þessa pöntun.',
    action: 'Berðu saman færslu, tilvísun og upphæð á þjónustuvefnum áður en þú afhendir vörurnar.',
  },
  contradiction: {
    observed: 'Svörum greiðsluþjónustunnar ber ekki saman: eitt segir greitt en annað ekki.',
    action: 'Flettu greiðslunni upp á þjónustuvefnum og farðu eftir því sem er frágengið þar.',
  },
  duplicate_transaction: {
    observed: 'Greiðsluþjónustan gaf tveimur greiðslubeiðnum sama auðkenni.',
    action:
      'Í mesta lagi ein greiðsla fór fram. Finndu á þjónustuvefnum hvora pöntunina hún greiðir.',
  },
  paid_twice: {
    observed:
      'Kaupandinn greiddi þessa pöntun tvisvar: tvær beiðnir voru samþykktar og báðar greiðslurnar teknar.',
    action: 'Endurgreiddu aðra þeirra. Báðar eru undir „Greiðslur“.',
  },
  not_configured: {
    observed:
      'Greiðslan hófst með reikningi eða API sem er ekki lengur í stillingum, svo að ekki er hægt að spyrja um hana.',
    action: 'Settu fyrri stillingar aftur inn eða flettu greiðslunni upp á þjónustuvefnum.',
  },
  refund_exceeds_payment: {
    observed:
      'Meira var endurgreitt en greitt var: endurgreiðsla sem hafði verið lokað sem misheppnaðri fór fram eftir allt saman.',
    action:
      'Berðu endurgreiðslurnar saman við þjónustuvefinn og gerðu upp mismuninn við kaupandann.',
  },
}
