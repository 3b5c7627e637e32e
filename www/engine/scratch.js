/**
 * A place for this page in the browser's own storage: what pages that are gone left there is cleared away.
 */

const PREFIX = "swarmscope-";

export class Scratch {
  #name = "";
  #count = 0;

  /**
   * A name that no folder has; the one that was named before is taken away.
   * @returns {Promise<string>}
   */
  async next() {
    if (this.#name === "") this.#name = await claimed();
    await this.clear();
    this.#count += 1;
    return `${this.#name}-${this.#count}`;
  }

  /** Takes away what was kept. */
  async clear() {
    if (this.#count > 0) await removed((name) => name === `${this.#name}-${this.#count}`);
  }
}

/** A name of this page, held as long as it stands; what belongs to no page is removed. */
async function claimed() {
  const name = `${PREFIX}${Math.random().toString(36).slice(2)}`;
  const { locks } = navigator;
  if (!locks) return name;
  await new Promise((held) => {
    locks.request(name, () => {
      held(undefined);
      return new Promise(() => {});
    });
  });
  const living = (await locks.query()).held?.map((lock) => lock.name ?? "") ?? [];
  await removed(
    (folder) => folder.startsWith(PREFIX) && !living.some((page) => page !== "" && folder.startsWith(`${page}-`)),
  );
  return name;
}

/** @param {(name: string) => boolean} which */
async function removed(which) {
  const storage = await navigator.storage?.getDirectory?.().catch(() => null);
  if (!storage) return;
  for await (const name of /** @type {any} */ (storage).keys()) {
    if (which(name)) await storage.removeEntry(name, { recursive: true }).catch(() => {});
  }
}
