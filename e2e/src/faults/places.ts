/** So many may be inside at the same time. */
export class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async in<T>(action: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await action();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
