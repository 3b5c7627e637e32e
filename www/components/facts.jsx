/**
 * Names and values: label over value in a line, or one below the other with a button that copies each.
 *
 * @import { ComponentChildren } from "preact"
 */
import { copy } from "../base/clipboard";
import { CopyButton } from "./copy_button";

/** `whole`: what is copied. @typedef {{ name: string, value: ComponentChildren, whole?: string, code?: boolean, title?: string }} Fact */

/** @param {{ facts: Fact[] }} props */
export function FactLine({ facts }) {
  return (
    <dl class="fact-line">
      {facts.map(({ name, value, whole, code, title }) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd class={code ? "code" : undefined}>
            {value}
            {whole && <CopyFact name={name} whole={whole} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** @param {{ facts: Fact[] }} props */
export function FactList({ facts }) {
  return (
    <dl class="fact-list">
      {facts.map(({ name, value, whole, code, title }) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd class={code ? "code" : undefined}>{value}</dd>
          <dd class="fact-copy">{whole && <CopyFact name={name} whole={whole} />}</dd>
        </div>
      ))}
    </dl>
  );
}

/** @param {{ name: string, whole: string }} props */
function CopyFact({ name, whole }) {
  return (
    <CopyButton class="copy-value" label={`Copy ${name}`} copy={() => copy(whole)}>
      Copy
    </CopyButton>
  );
}
