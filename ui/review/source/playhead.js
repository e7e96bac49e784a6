/** One moment that the timeline, the replay and the transcript share, and its playing. Times are working ms. */

export class Playhead {
  /** @param {number} end */
  constructor(end) {
    this.end = Math.max(1, end);
    this.ms = 0;
    this.speed = 4;
    this.playing = false;
    this.listeners = new Set();
  }

  /** @param {() => void} listener */
  watch(listener) {
    this.listeners.add(listener);
  }

  /** @param {number} ms */
  seek(ms) {
    this.ms = Math.max(0, Math.min(this.end, ms));
    this.tell();
  }

  toggle(on = !this.playing) {
    if (on && this.ms >= this.end) this.ms = 0;
    this.playing = on;
    this.tell();
    if (on) this.run();
    else cancelAnimationFrame(this.frame);
  }

  run() {
    cancelAnimationFrame(this.frame);
    let last = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      this.ms = Math.min(this.end, this.ms + (now - last) * this.speed);
      last = now;
      if (this.ms >= this.end) this.playing = false;
      this.tell();
      if (this.playing) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  stop() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.listeners.clear();
  }
}
