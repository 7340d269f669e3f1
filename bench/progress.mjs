// @ts-check

const WIDTH = 28;

/** How far a long run is, with the time left: one line that is written again and again on a terminal, nothing elsewhere. */
export class Progress {
  #started = performance.now();
  #total;
  #stream = process.stderr;

  /** @param {number} total units of work */
  constructor(total) {
    this.#total = total;
  }

  /** @param {number} done units of work @param {string} doing */
  show(done, doing) {
    if (!this.#stream.isTTY) return;
    const share = Math.min(1, done / this.#total);
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
    this.#stream.write(`\r\x1b[2K${bar} ${(100 * share).toFixed(0).padStart(3)} %  ${this.left(done)}  ${doing}`);
  }

  /** Time left, as it went so far. @param {number} done units of work */
  left(done) {
    if (done <= 0) return '--:-- left';
    const seconds = Math.round((((performance.now() - this.#started) / 1000) * (this.#total - done)) / done);
    return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')} left`;
  }

  /** Writes a line that stays. @param {string} line */
  say(line) {
    this.clear();
    console.log(line);
  }

  clear() {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
  }
}
