import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"003 Every attempt has its own reference","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/003-attempt-references.md","filePath":"docs/decisions/003-attempt-references.md"}');
const _sfc_main = { name: "docs/decisions/003-attempt-references.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="003-every-attempt-has-its-own-reference" tabindex="-1">003 Every attempt has its own reference <a class="header-anchor" href="#003-every-attempt-has-its-own-reference" aria-label="Permalink to &quot;003 Every attempt has its own reference&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> Netgíró gets the shop&#39;s reference with a random suffix (<code>WEB-1234-k3x9d2wq</code>). Two attempts never share a reference, even after the database was restored from a backup, so a payment always matches exactly one attempt. That is why the suffix is random and not counted.</p><p><strong>Trade-offs.</strong> The reference in the app is longer than the shop&#39;s.</p><p><strong>Revisit when</strong> Netgíró offers an idempotency key.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/003-attempt-references.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _003AttemptReferences = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _003AttemptReferences as default
};
