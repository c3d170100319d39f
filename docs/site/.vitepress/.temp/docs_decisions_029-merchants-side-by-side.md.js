import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"029 Run merchants side by side, each over a store of its own rows","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/029-merchants-side-by-side.md","filePath":"docs/decisions/029-merchants-side-by-side.md"}');
const _sfc_main = { name: "docs/decisions/029-merchants-side-by-side.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="029-run-merchants-side-by-side-each-over-a-store-of-its-own-rows" tabindex="-1">029 Run merchants side by side, each over a store of its own rows <a class="header-anchor" href="#029-run-merchants-side-by-side-each-over-a-store-of-its-own-rows" aria-label="Permalink to &quot;029 Run merchants side by side, each over a store of its own rows&quot;">​</a></h1><p>2026-11-27 · accepted</p><p><strong>Decision.</strong> A server for several merchants builds the whole inside once for each: providers, attempt worker, repository, refunds, callbacks, jobs, webhooks, event streams, caches, metrics, log. A merchant&#39;s store is given its id and finds no row of another one. The core does not know that there are merchants. A request finds its merchant by its credential alone, and whatever else it names is looked up in that merchant&#39;s parts: another one&#39;s id is unknown because it is not there, not because a route compares two ids. Phones and addresses are hashed with a key derived for each merchant, which also keeps limits and idempotency fingerprints apart.</p><p>The file of merchants uses the names of the variables. A merchant whose settings change is stopped and started anew, as a whole server would be, over what is on disk; its requests wait meanwhile. A removed one stays as it is, and only its credentials stop working.</p><p><strong>Considered.</strong> A merchant id in the model and in every command: smaller in memory, but one forgotten condition is a leak, and slots, queues and caches still need dividing. A process for each merchant: isolates the processor too, but needs a router and a database for each. Camel case names in the file: nicer JSON, and a second vocabulary with a second table, rules and messages.</p><p><strong>Trade-offs.</strong> Each merchant costs a few timers and some idle objects, and each periodic job runs one query for each merchant, so this is meant for hundreds of merchants and not for a hundred thousand. They share one event loop and one writer to the database: a limit of requests in progress bounds what one can put in front of the others, but not what parsing its requests costs. Event cursors count the events of all merchants, which shows how many there are. <code>/readyz</code> does not name refused credentials of several merchants, because it is public.</p><p><strong>Revisit when</strong> one merchant needs a core of its own, or merchants are added by an API and not by a file.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/029-merchants-side-by-side.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _029MerchantsSideBySide = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _029MerchantsSideBySide as default
};
