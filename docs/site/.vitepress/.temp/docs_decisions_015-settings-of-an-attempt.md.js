import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"015 An attempt keeps the settings it was started with","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/015-settings-of-an-attempt.md","filePath":"docs/decisions/015-settings-of-an-attempt.md"}');
const _sfc_main = { name: "docs/decisions/015-settings-of-an-attempt.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="015-an-attempt-keeps-the-settings-it-was-started-with" tabindex="-1">015 An attempt keeps the settings it was started with <a class="header-anchor" href="#015-an-attempt-keeps-the-settings-it-was-started-with" aria-label="Permalink to &quot;015 An attempt keeps the settings it was started with&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> API, its URL, account, confirmation mode and <code>PUBLIC_URL</code> are stored with each attempt, the account as a hash of its application id. Every later call, callback and capture uses the settings that the attempt was started with, whatever the present ones are. During a change, both accounts are configured (<code>NETGIRO_PREVIOUS_…</code>). Attempts whose account is no longer configured cannot be polled; they go to <code>review</code> as <code>not_configured</code> on startup, and not only after days without an answer. An account whose API has moved is still the same account: its attempts are finished at the former URL if that is configured as the previous one, and otherwise at the new one.</p><p>Whether the shop approves captures is not stored, because it can only be asked where it is configured now. If the shop was asked, its answer did not arrive and it cannot be asked again, nothing is captured.</p><p><strong>Trade-offs.</strong> Four more variables during a change, and a setting takes effect with the next attempt, not with open ones. An attempt from a version that did not store its settings is treated as one of the present settings.</p><p><strong>Revisit when</strong> an account can be shared by attempts that must not end alike. Several merchants in one server (<a href="/docs/decisions/029-merchants-side-by-side.html">029</a>) have accounts of their own each.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/015-settings-of-an-attempt.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _015SettingsOfAnAttempt = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _015SettingsOfAnAttempt as default
};
