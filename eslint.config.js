/**
 * The rules that a type checker does not know. The first of them keeps a promise: text from a capture never becomes markup.
 */
import js from "@eslint/js";
import globals from "globals";

const MARKUP = "Text from a capture is hostile: it reaches the page as text nodes only.";

/** Every way in which a string could become markup or code. */
const NO_MARKUP = [
  ...["innerHTML", "outerHTML", "srcdoc"].flatMap((name) => [
    { selector: `AssignmentExpression > MemberExpression.left[property.name="${name}"]`, message: MARKUP },
    { selector: `JSXAttribute[name.name="${name}"]`, message: MARKUP },
  ]),
  { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: MARKUP },
  { selector: 'Property[key.name="dangerouslySetInnerHTML"]', message: MARKUP },
  {
    selector:
      "CallExpression[callee.property.name=/^(insertAdjacentHTML|createContextualFragment|parseFromString|setHTMLUnsafe)$/]",
    message: MARKUP,
  },
  { selector: 'CallExpression[callee.object.name="document"][callee.property.name=/^write(ln)?$/]', message: MARKUP },
];

export default [
  { ignores: ["dist/", "target/", "www/engine/wasm/", "www/engine/types.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{js,jsx}"],
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: {
      eqeqeq: "error",
      "no-alert": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-syntax": ["error", ...NO_MARKUP],
      "no-undef": "off",
      "no-unused-vars": "off",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  { files: ["www/**/*.{js,jsx}"], languageOptions: { globals: globals.browser } },
  {
    files: ["tests/**/*.{js,jsx}", "*.config.js"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  // A command says what it did on its console.
  { files: ["tests/browser/serve.js"], rules: { "no-console": "off" } },
];
