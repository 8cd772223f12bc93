/** Tells whoever waits what is being done; standard output is for the figures. */
export function progress(doing: string): void {
  const seconds = process.uptime().toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${doing}\n`);
}
