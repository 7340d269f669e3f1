// @ts-check
/** @param {string} text */
export const say = (text) => console.log(`\x1b[36m▸\x1b[0m ${text}`);

/** Says what went wrong and how to mend it, and ends the process.
 * @param {string} what
 * @param {string} mend
 * @returns {never}
 */
export function giveUp(what, mend) {
  console.error(`\x1b[31m✗\x1b[0m ${what}\n  ${mend}`);
  process.exit(1);
}
