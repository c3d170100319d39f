import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse(`{"title":"033 Hand over to a phone by an address of the shop's own","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/033-hand-off-by-the-shops-address.md","filePath":"docs/decisions/033-hand-off-by-the-shops-address.md"}`);
const _sfc_main = { name: "docs/decisions/033-hand-off-by-the-shops-address.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="033-hand-over-to-a-phone-by-an-address-of-the-shops-own" tabindex="-1">033 Hand over to a phone by an address of the shop&#39;s own <a class="header-anchor" href="#033-hand-over-to-a-phone-by-an-address-of-the-shops-own" aria-label="Permalink to &quot;033 Hand over to a phone by an address of the shop&#39;s own&quot;">​</a></h1><p>2026-11-27 · accepted</p><p><strong>Decision.</strong> The QR code of <code>&lt;netgiro-checkout&gt;</code> shows the address that the page gives (<code>hand-off</code>), unchanged. The element never puts the session into it, and shows no address that contains the session. The code is drawn by <a href="https://github.com/davidje13/lean-qr" target="_blank" rel="noreferrer">lean-qr</a>, which comes in a file of its own when a shopper asks for the code.</p><ul><li>The session is a bearer credential that stands in no URL. A fragment is sent to no server, but it is kept in the history, in what people copy and in what a camera&#39;s app remembers.</li><li>Only the shop knows who may see an order, and for how long: a token of its own can be used up, and withdrawn. <a href="/docs/hand-off.html">Continue on a phone</a> says how.</li><li>lean-qr has types, tests and no dependencies, runs no script on installation, and has about 3.6 kB gzipped, our seven lines included. Tests read its codes with another library. Its smaller build marks every text as UTF-8, which not every reader understands.</li></ul><p><strong>Alternatives.</strong> A page of the payment server with the session in the fragment needs nothing of the shop, but lets everyone who sees the screen act on the checkout until it ends, and leaves the shopper outside the shop. An encoder of our own had 1.7 kB and 320 lines that would be ours to keep right.</p><p><strong>Trade-offs.</strong> A shop that wants the code writes a page and a token. <code>netgiro-checkout</code> depends on a second package; who bundles it gets that as a chunk which is loaded with the code.</p><p><strong>Revisit when</strong> the payment server has pages for shoppers, or browsers draw codes themselves.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/033-hand-off-by-the-shops-address.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _033HandOffByTheShopsAddress = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _033HandOffByTheShopsAddress as default
};
