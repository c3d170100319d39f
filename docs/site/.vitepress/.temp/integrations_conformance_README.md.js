import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Conformance","description":"","frontmatter":{},"headers":[],"relativePath":"integrations/conformance/README.md","filePath":"integrations/conformance/README.md"}');
const _sfc_main = { name: "integrations/conformance/README.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="conformance" tabindex="-1">Conformance <a class="header-anchor" href="#conformance" aria-label="Permalink to &quot;Conformance&quot;">​</a></h1><p>What every client library of the shop&#39;s server must do, in any language.</p><ul><li><code>calls.json</code>: calls, in order, against a server in which the checkout <code>PAID-1</code> over 12,990 ISK was paid. <code>answer</code> lists fields and their values, <code>has</code> fields that must be there, <code>error</code> the problem and its class.</li><li><code>webhooks.json</code>: deliveries, and whether each is genuine at the time <code>now</code>, in seconds since 1970.</li><li><code>answers.json</code>: calls by a client that repeats once, and what a server, or a proxy in front of it, answers, one after the other; the last answer is repeated. <code>requests</code> is how many the client makes; those of one call have one idempotency key.</li></ul><p><code>refused</code> is part of the message of an argument error: nothing is sent, and no webhook is looked at.</p><p><code>test/client/</code> starts the servers and runs the libraries in TypeScript, Python and PHP. The latter two are programs that read <code>NETGIRO_URL</code>, <code>NETGIRO_KEY</code>, <code>ANSWERS_URL</code> (case <em>n</em> of <code>answers.json</code> is at <code>ANSWERS_URL/n</code>) and the path of this folder (<code>CONFORMANCE</code>), print what differs, and exit with 1 if anything does.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("integrations/conformance/README.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const README = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  README as default
};
