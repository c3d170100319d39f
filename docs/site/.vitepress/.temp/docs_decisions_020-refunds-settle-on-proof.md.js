import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"020 A refund keeps one key until an unambiguous answer settles it","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/020-refunds-settle-on-proof.md","filePath":"docs/decisions/020-refunds-settle-on-proof.md"}');
const _sfc_main = { name: "docs/decisions/020-refunds-settle-on-proof.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="020-a-refund-keeps-one-key-until-an-unambiguous-answer-settles-it" tabindex="-1">020 A refund keeps one key until an unambiguous answer settles it <a class="header-anchor" href="#020-a-refund-keeps-one-key-until-an-unambiguous-answer-settles-it" aria-label="Permalink to &quot;020 A refund keeps one key until an unambiguous answer settles it&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> A refund is on disk before it is requested, and its id is the idempotency key at the provider. Each try is on disk before its call: how many there were, and how many of them cannot have had an effect (not sent, or refused). A refusal is accepted only if the try that it answers is the only one that can have arrived. Netgíró does not document how it answers a key that was used before, and reporting a refund as failed that was in fact made would let the shop make it again. After a lost answer, only a confirmation or a person settles the refund. A restart changes none of this, because none of it is in memory alone.</p><p>A person may close an open refund as refunded or as failed; name, note and the provider&#39;s last answer stay in the history. A later confirmation by the provider is recorded and reported even then, and if more went back than was paid, the checkout goes to review again.</p><p>Tries that settle nothing are counted under the checkout&#39;s version and add no line to its history. A change to a checkout with refunds is therefore saved only over the exact counts that it was made from.</p><p><strong>Trade-offs.</strong> A refund that was lost before it had an effect and is refused later stays <code>pending</code> until a person closes it. A day without an end, or a refusal that proves nothing, is logged once a day, counted in <code>/metrics</code>, and listed by <code>/admin</code> and <code>reconcile</code>.</p><p><strong>Revisit when</strong> Netgíró documents the answer to a repeated key, or offers an answer that lists a transaction&#39;s refunds.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/020-refunds-settle-on-proof.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _020RefundsSettleOnProof = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _020RefundsSettleOnProof as default
};
