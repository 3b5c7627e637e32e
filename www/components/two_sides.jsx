/**
 * The same facts of two ends, side by side.
 */

/** @typedef {{ name: string, values: [string, string], code?: boolean }} TwoSidedFact */

/** @param {{ caption: string, sides: [string, string], facts: TwoSidedFact[] }} props */
export function TwoSides({ caption, sides, facts }) {
  return (
    <table class="two-sides">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <td />
          {sides.map((side) => (
            <th key={side} class="code" scope="col">
              {side}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {facts.map(({ name, values, code }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class={code ? "code" : undefined}>{values[0]}</td>
            <td class={code ? "code" : undefined}>{values[1]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
