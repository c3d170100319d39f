/** Shown at `/`, for an operator who checks whether the server runs. Contains only public information. */
export const frontPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>netgiro-checkout</title>
<p>The netgiro-checkout server is running. This address is for programs; shoppers pay on the shop's pages.
<ul>
<li><a href="openapi.json">openapi.json</a>: the API description
<li><a href="healthz">healthz</a>, <a href="readyz">readyz</a>: health checks
<li><a href="netgiro-checkout.js">netgiro-checkout.js</a>: the element for the shop's page
</ul>
<p>To check the whole setup, run <code>netgiro-checkout doctor</code>.
</html>
`
