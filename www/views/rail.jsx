/**
 * The rail: the views in their groups with what each holds, and at its foot how much of the traffic could be read.
 *
 * @import { App } from "../state/app"
 */
import { Fragment } from "preact";
import { number, short } from "../base/format";
import { Coverage } from "../components/coverage";
import { format } from "../state/location";
import { coverageParts } from "./coverage_parts";
import { VIEW_TABLE } from "./index";

/** @param {{ count: number | null }} props */
function Count({ count }) {
  return (
    <span class="count" title={count === null ? undefined : number(count)}>
      {count !== null && short(count)}
    </span>
  );
}

/** @param {{ app: App, onGo?: () => void }} props */
export function Rail({ app, onGo }) {
  const state = app.reading.capture.value;
  const selection = app.selection.value;
  const digest = state.status === "empty" ? null : state.digest;
  return (
    <div class="rail">
      <nav aria-label="Views">
        {VIEW_TABLE.map(({ id, group, title, count }, index) => (
          <Fragment key={id}>
            {group !== VIEW_TABLE[index - 1]?.group && <h2>{group}</h2>}
            <a
              href={format({ ...selection, view: id })}
              aria-current={id === selection.view ? "page" : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                app.show(id);
                onGo?.();
              }}
            >
              <span>{title}</span>
              <Count count={digest && count(digest)} />
            </a>
          </Fragment>
        ))}
      </nav>
      {digest && (
        <Coverage
          title={state.status === "loading" ? "Coverage so far" : "Coverage"}
          parts={coverageParts(digest.coverage)}
        />
      )}
    </div>
  );
}
