<?php

return [
    'domain' => 'netgiro-checkout',
    'language' => 'is_IS',
    'plural-forms' => 'nplurals=2; plural=n%10!=1 || n%100==11;',
    'messages' => [
        'Order %s' => 'Pöntun %s',
        'Choose another way to pay' => 'Velja annan greiðslumáta',
        'You approve the payment in the Netgíró app.' => 'Þú samþykkir greiðsluna í Netgíró-appinu.',
        'Netgíró takes Icelandic krónur only.' => 'Netgíró tekur aðeins við íslenskum krónum.',
        'Netgíró takes whole krónur only.' => 'Netgíró tekur aðeins við heilum krónum.',
        'An earlier payment request is still being canceled. Try again in a moment.' =>
            'Enn er verið að hætta við fyrri greiðslubeiðni. Reyndu aftur eftir smástund.',
        'Your earlier order from this cart has been paid. Do not pay again.' =>
            'Fyrri pöntun úr þessari körfu hefur verið greidd. Ekki greiða aftur.',
        'The payment could not be started. Try again in a moment or choose another way to pay.' =>
            'Ekki tókst að hefja greiðsluna. Reyndu aftur eftir smástund eða greiddu með öðrum hætti.',
        'The payment could not be started. Contact the shop or choose another way to pay.' =>
            'Ekki tókst að hefja greiðsluna. Hafðu samband við verslunina eða greiddu með öðrum hætti.',
        'Netgíró took %1$s kr. (%2$s), which is not what this order needs: refund it or correct the order.' =>
            'Netgíró tók %1$s kr. (%2$s) sem passar ekki við þessa pöntun: endurgreiddu eða leiðréttu pöntunina.',
        'Netgíró took %1$s kr. (%2$s) although this order had been cancelled: deliver it or refund it.' =>
            'Netgíró tók %1$s kr. (%2$s) þótt hætt hefði verið við pöntunina: afgreiddu hana eða endurgreiddu.',
        'Netgíró: a person must look at this payment (%s). See the support page of the payment server.' =>
            'Netgíró: einhver þarf að skoða þessa greiðslu (%s). Sjá þjónustusíðu greiðsluþjónsins.',
        'Netgíró: a refund ended without money going back. Compare the refunds of this order with the payment server.' =>
            'Netgíró: endurgreiðslu lauk án þess að fé væri endurgreitt. Berðu endurgreiðslur pöntunarinnar saman við greiðsluþjóninn.',
        'Netgíró has not confirmed the refund yet. The payment server goes on asking and reports the result.' =>
            'Netgíró hefur ekki staðfest endurgreiðsluna enn. Greiðsluþjónninn spyr áfram og lætur vita.',
        'There is no answer yet about a refund of %s kr.: repeat that one first.' =>
            'Ekkert svar hefur borist um endurgreiðslu upp á %s kr.: endurtaktu hana fyrst.',
        'The payment request at Netgíró could not be canceled (%s): the order can still be paid.' =>
            'Ekki tókst að hætta við greiðslubeiðnina hjá Netgíró (%s): enn er hægt að greiða pöntunina.',
        'The shopper approves the payment in the Netgíró app. Needs a netgiro-checkout server.' =>
            'Kaupandinn samþykkir greiðsluna í Netgíró-appinu. Krefst netgiro-checkout-þjóns.',
        'The payment server accepts the key.' => 'Greiðsluþjónninn samþykkir lykilinn.',
        'The payment server cannot be used (%s).' => 'Ekki er hægt að nota greiðsluþjóninn (%s).',
        'The webhook secret is not one: copy the whole WEBHOOK_SECRET, which begins with whsec_.' =>
            'Þetta er ekki leynilykill vefkróka: afritaðu allt gildi WEBHOOK_SECRET, sem byrjar á whsec_.',
        'Enabled' => 'Virkt',
        'Offer Netgíró at checkout' => 'Bjóða Netgíró sem greiðslumáta',
        'Title' => 'Heiti',
        'What the shopper chooses at checkout.' => 'Það sem kaupandinn velur við greiðslu.',
        'Description' => 'Lýsing',
        'Payment server' => 'Greiðsluþjónn',
        'The PUBLIC_URL of your netgiro-checkout server. Its connection is tested when you save.' =>
            'PUBLIC_URL á netgiro-checkout-þjóninum þínum. Tengingin er prófuð þegar þú vistar.',
        'API key' => 'API-lykill',
        'The MERCHANT_API_KEY of the server.' => 'MERCHANT_API_KEY þjónsins.',
        'Webhook secret' => 'Leynilykill vefkróka',
        'The WEBHOOK_SECRET of the server, whose WEBHOOK_URL is %s' =>
            'WEBHOOK_SECRET þjónsins; WEBHOOK_URL hans er %s',
        'Prefix of references' => 'Forskeyti tilvísana',
        'Where several shops use one payment server: something different for each, for example A-' =>
            'Ef fleiri en ein verslun nota sama greiðsluþjón: sitt forskeyti fyrir hverja, til dæmis A-',
    ],
];
