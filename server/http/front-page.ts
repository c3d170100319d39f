/** For whoever has just installed this server and looks whether it is there. It tells nothing that is not public anyway. */
export const frontPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>netgiro-checkout</title>
<p>The netgiro-checkout server is running. This address is for programs; shoppers pay on the shop's own pages.
<ul>
<li><a href="openapi.json">openapi.json</a>: the API
<li><a href="healthz">healthz</a>, <a href="readyz">readyz</a>: its health
<li><a href="netgiro-checkout.js">netgiro-checkout.js</a>: the element for the shop's page
</ul>
<p>To check the whole set-up, run <code>netgiro-checkout doctor</code>.
</html>
`
