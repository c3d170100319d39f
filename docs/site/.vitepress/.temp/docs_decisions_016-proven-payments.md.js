import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"016 Only a proven payment is accepted at once","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/016-proven-payments.md","filePath":"docs/decisions/016-proven-payments.md"}');
const _sfc_main = { name: "docs/decisions/016-proven-payments.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="016-only-a-proven-payment-is-accepted-at-once" tabindex="-1">016 Only a proven payment is accepted at once <a class="header-anchor" href="#016-only-a-proven-payment-is-accepted-at-once" aria-label="Permalink to &quot;016 Only a proven payment is accepted at once&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> Every report of a payment is proven, unproven or contradictory. It is proven if it identifies the payment as ours and all of its parts agree; unproven if nothing in it shows whose payment it is; contradictory if one part says paid and another does not. A proven report is accepted the first time. Any other report, and a different amount, reference or currency, is asked about again; after three times without a consistent answer in between, the checkout goes to review. What exactly proves a payment is stated beside the code of each API, quoting the document. A signature alone proves nothing: Netgíró signs the URL of a call and not the content of the request.</p><p>A callback whose signature does not match makes us poll, like any other. Where our response completes the sale, it is accepted once the provider, polled, reports the approval: the response has an effect only at the provider, who knows whether it called. To reject it would cost every sale while a key is wrong here, or a proxy drops the signature. A callback about another payment is rejected there.</p><p><strong>Trade-offs.</strong> A payment whose details are late shows as paid some polls later. If the provider omits the details permanently, a person has to look at each payment. Anyone who knows the URL of a callback can make us poll, at most once per second.</p><p><strong>Revisit when</strong> the provider signs answers together with the request that they belong to.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/016-proven-payments.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _016ProvenPayments = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _016ProvenPayments as default
};
