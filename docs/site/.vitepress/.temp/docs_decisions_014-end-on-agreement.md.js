import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"014 An attempt ends on agreement, not on absence","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/014-end-on-agreement.md","filePath":"docs/decisions/014-end-on-agreement.md"}');
const _sfc_main = { name: "docs/decisions/014-end-on-agreement.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="014-an-attempt-ends-on-agreement-not-on-absence" tabindex="-1">014 An attempt ends on agreement, not on absence <a class="header-anchor" href="#014-an-attempt-ends-on-agreement-not-on-absence" aria-label="Permalink to &quot;014 An attempt ends on agreement, not on absence&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> An attempt has an <code>outcome</code> and an <code>endedAt</code>, and the two are independent. <code>outcome</code> is what the shopper sees, and &quot;canceled or doesn&#39;t exist&quot; is enough for it, if it is reported twice where it may only mean &quot;not visible yet&quot;. <code>endedAt</code> is what the money depends on: the provider has refused or canceled the request in an answer that can mean nothing else. Only then may another request be sent, the checkout be closed, or the phone get a request for another order; a unique index in the database enforces the same. Until then the attempt is canceled and polled like any other, and an approval of it counts.</p><p>Every attempt that ended without a payment is checked for a late payment during seven days, however it ended.</p><p><strong>Trade-offs.</strong> A decline costs one more <code>CancelCart</code>, because CheckCart reports a decline with the same code as absence. A shopper who tries again at once waits for that answer, at most two seconds per press, and the phone stays busy until the provider agrees. If the provider never agrees, the attempt is given up after the lifetime and a grace period, and a person has to look.</p><p><strong>Revisit when</strong> Netgíró distinguishes &quot;declined&quot; from &quot;not found&quot;, or allows a request to be looked up by its reference.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/014-end-on-agreement.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _014EndOnAgreement = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _014EndOnAgreement as default
};
