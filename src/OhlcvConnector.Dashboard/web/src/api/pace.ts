// Sends at most so many messages in a time; the rest waits its turn.

export class Pace {
  private readonly waiting: (() => void)[] = [];
  private readonly sent: number[] = [];
  private readonly most: number;
  private readonly time: number;
  private readonly around: { now(): number; after(milliseconds: number, act: () => void): () => void };
  private pausedUntil = 0;
  private isWaiting = false;

  constructor(most: number, time: number, around: { now(): number; after(milliseconds: number, act: () => void): () => void }) {
    this.most = most;
    this.time = time;
    this.around = around;
  }

  add(send: () => void): void {
    this.waiting.push(send);
    this.run();
  }

  /** Sends nothing for a time. */
  pause(milliseconds: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.around.now() + milliseconds);
  }

  /** Forgets what waits: it was for a connection that has ended. */
  clear(): void {
    this.waiting.length = 0;
    this.sent.length = 0;
    this.pausedUntil = 0;
  }

  private run(): void {
    const now = this.around.now();
    while (this.sent.length > 0 && this.sent[0]! <= now - this.time) {
      this.sent.shift();
    }
    while (this.waiting.length > 0 && this.sent.length < this.most && now >= this.pausedUntil) {
      this.sent.push(now);
      this.waiting.shift()!();
    }
    if (this.waiting.length > 0 && !this.isWaiting) {
      this.isWaiting = true;
      const wait = Math.max(this.pausedUntil - now, this.sent.length >= this.most ? this.sent[0]! + this.time - now : 0, 10);
      this.around.after(wait, () => {
        this.isWaiting = false;
        this.run();
      });
    }
  }
}
