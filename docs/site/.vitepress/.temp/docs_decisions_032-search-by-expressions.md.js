import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"032 Search by indexes on expressions, and never store more of a payer","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/032-search-by-expressions.md","filePath":"docs/decisions/032-search-by-expressions.md"}');
const _sfc_main = { name: "docs/decisions/032-search-by-expressions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="032-search-by-indexes-on-expressions-and-never-store-more-of-a-payer" tabindex="-1">032 Search by indexes on expressions, and never store more of a payer <a class="header-anchor" href="#032-search-by-indexes-on-expressions-and-never-store-more-of-a-payer" aria-label="Permalink to &quot;032 Search by indexes on expressions, and never store more of a payer&quot;">​</a></h1><p>2026-11-27 · accepted</p><p><strong>Decision.</strong> Support finds a checkout by what a shopper can say: amount, time, and the last four digits of the phone. The digits are found in the masked payer that every attempt keeps for display (<code>•••4567</code>), by an index on that expression of its JSON; a reference in any case by an index on <code>lower(reference)</code>. No column is added and nothing is copied.</p><ul><li>A payer is forgotten after 30 days, and with it the digits: the same write takes them out of the index, whichever version makes it.</li><li>A server of the version before may run beside this one on PostgreSQL during an upgrade. It writes no column that it does not know, and what it writes is found all the same.</li><li><code>lower()</code> of SQLite folds ASCII alone. Each other letter of a search (<code>Þ</code>, <code>ö</code>) is looked up in both cases, up to six of them.</li><li>The digits that support types go by <code>POST</code> into the memory of the login and are found again by a number, so they reach no URL, no log and no history of a browser.</li></ul><p><strong>Alternatives.</strong> A column with the digits must be filled by every version and emptied by every purge; one that forgets it keeps a part of a phone number for ever. The keyed hash finds whole numbers only, and a shopper who calls should not have to give one. A folded copy of the reference costs a write of every row in the migration.</p><p><strong>Trade-offs.</strong> SQLite reads the masked payer out of the JSON when an attempt ends. Open attempts are not in that index: they are written several times, which made a start 10 percent dearer, and are few enough to be looked through. No index that holds everything begins with the merchant: SQLite&#39;s planner preferred it to the partial ones that do, and read all that a merchant ever had to find what is open. Seven indexes take room: eight percent in a measurement with one attempt for each checkout. With a time, an amount is looked for among checkouts that are at most seven days older than it.</p><p><strong>Revisit when</strong> a search takes longer than a page may, or payers are stored in another form.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/032-search-by-expressions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _032SearchByExpressions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _032SearchByExpressions as default
};
