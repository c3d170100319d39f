import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Netgíró Checkout for WooCommerce","description":"","frontmatter":{},"headers":[],"relativePath":"integrations/woocommerce/README.md","filePath":"integrations/woocommerce/README.md"}');
const _sfc_main = { name: "integrations/woocommerce/README.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="netgíró-checkout-for-woocommerce" tabindex="-1">Netgíró Checkout for WooCommerce <a class="header-anchor" href="#netgíró-checkout-for-woocommerce" aria-label="Permalink to &quot;Netgíró Checkout for WooCommerce&quot;">​</a></h1><p>A WordPress plugin: Netgíró payments on the shop&#39;s own page, through a netgiro-checkout server that you host. <a href="/docs/woocommerce.html">The guide</a> explains how to install and configure it, and what happens with orders, stock and refunds.</p><p>Needs PHP 8.1, WordPress 6.7 and WooCommerce 9.0 or newer, and MySQL or MariaDB. Works with the classic and the block checkout and with High-Performance Order Storage. Texts are in English and Icelandic.</p><p><strong>Not run in a real shop yet.</strong> Real WooCommerce could not be installed where the plugin was written: its tests run against small stand-ins of the platform, and against the real payment server. <a href="/integrations/woocommerce/PLATFORM.html">PLATFORM.md</a> lists every function, hook and class of the platform that the code uses, and ends with a list of what to check in a real shop.</p><table tabindex="0"><thead><tr><th>path</th><th>contains</th></tr></thead><tbody><tr><td><code>netgiro-checkout.php</code></td><td>the plugin&#39;s header</td></tr><tr><td><code>src/Plugin.php</code></td><td>every hook</td></tr><tr><td><code>src/Gateway.php</code></td><td>the payment method: <code>process_payment</code>, <code>process_refund</code>, settings</td></tr><tr><td><code>src/Checkouts.php</code></td><td>opens, reads and closes the checkout of an order</td></tr><tr><td><code>src/OrderPayment.php</code></td><td>what a checkout means for its order; <code>payment_complete()</code> once</td></tr><tr><td><code>src/Webhooks.php</code></td><td>the REST route</td></tr><tr><td><code>src/WaitingPage.php</code></td><td>the page with the element, and the way back</td></tr><tr><td><code>src/Cancellations.php</code></td><td>held stock, canceled orders</td></tr><tr><td><code>src/Refunds.php</code></td><td>refunds, with a key that outlives a lost answer</td></tr><tr><td><code>tests/platform/</code></td><td>the stand-ins</td></tr><tr><td><code>tests/shop.php</code></td><td>a shop on the stand-ins for the order stories of <code>test/woocommerce/</code></td></tr></tbody></table><pre><code>phpunit                # PHPUnit 9.6, in this folder
</code></pre><h2 id="license" tabindex="-1">License <a class="header-anchor" href="#license" aria-label="Permalink to &quot;License&quot;">​</a></h2><p>GPL-2.0-or-later (<span>LICENSE</span>), as WordPress asks of plugins. It applies to this folder alone; the rest of the repository is MIT.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("integrations/woocommerce/README.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const README = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  README as default
};
