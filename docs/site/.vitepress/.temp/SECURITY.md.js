import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Security","description":"","frontmatter":{},"headers":[],"relativePath":"SECURITY.md","filePath":"SECURITY.md"}');
const _sfc_main = { name: "SECURITY.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="security" tabindex="-1">Security <a class="header-anchor" href="#security" aria-label="Permalink to &quot;Security&quot;">​</a></h1><p>Please report a vulnerability privately, through &quot;Report a vulnerability&quot; on the repository&#39;s Security page, and not in a public issue. Say what you did, what happened, and what you expected. You will get an answer within three working days.</p><p>What this project guarantees, and what a report may be about:</p><ul><li>Only a provider&#39;s result changes the state of a payment. A browser, a callback or a timer cannot.</li><li>The shop&#39;s secrets never leave the BFF; the provider&#39;s name of a payment never reaches a browser.</li><li>A session grants access to one checkout, for reading, starting and canceling. It is stored as a hash and is never part of a URL. It ends one day after its checkout, or when the shop revokes it.</li><li>Phone numbers, sessions, keys and secrets are in no log, error, URL or event. A phone number is in the request to the provider and nowhere stored in clear text: what remains are its last digits, masked, and a keyed hash.</li><li>The hash of a phone number has a key of its own (<code>HASH_KEY</code>, or the file <code>&lt;database&gt;.key</code>). It protects a database that leaks alone, for instance in a backup: anyone who also has the key can try all numbers within seconds. Keep the two apart where you can; a backup of both is as sensitive as the numbers. The provider&#39;s secret reveals nothing in a database written by this version.</li><li>The server does not start with a secret that can be guessed, or with an <code>http:</code> URL to another machine.</li><li>A request from a foreign <code>Origin</code> is rejected before it has any effect.</li><li>A callback only makes the server poll. It is verified against the address that the provider was given; one that does not prove itself is rejected where our response would complete the sale.</li><li>An answer that may mean absence is not a decision: before a second request is sent, the first one is canceled and the provider has agreed.</li></ul><p>What is protected, from whom and by what, and what deliberately is not: <a href="/docs/threat-model.html">docs/threat-model.md</a>.</p><p>The latest released version gets fixes.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("SECURITY.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SECURITY = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SECURITY as default
};
