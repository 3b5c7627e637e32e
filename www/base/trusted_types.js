/**
 * The one exception that the policy in index.html needs where browsers enforce trusted types: the worker is started from a blob of this page.
 */

/** Lets addresses of blobs be started as scripts, and nothing else. */
export function allowOnlyBlobScripts() {
  /** @type {{ createPolicy(name: string, rules: object): void } | undefined} */
  const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
  trustedTypes?.createPolicy("default", {
    createScriptURL: (/** @type {string} */ url) => (url.startsWith(`blob:${location.origin}/`) ? url : null),
  });
}
